package dev.kumiai.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.cli.ledger.Download;
import dev.kumiai.cli.ledger.Story;
import dev.kumiai.cli.ledger.Verification;
import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerFinding;
import dev.kumiai.protocol.ledger.LedgerKey;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ledger`: what changed a run, and whether that is all.
@Command(
    name = "ledger",
    description = "Shows, exports and verifies the record of everything that changed a run.",
    subcommands = {
      LedgerCommand.Verify.class,
      LedgerCommand.Show.class,
      LedgerCommand.Export.class,
      LedgerCommand.Key.class
    })
public final class LedgerCommand extends WithHelp {

  /// Which chain of which aggregator.
  abstract static class OfOneChain extends WithHelp implements Callable<Integer> {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(
        paramLabel = "RUN",
        description = "The run's id or the beginning of it; 'audit' for what belongs to no run.")
    private String chain = "";

    abstract int ask(AggregatorClient aggregator, @Nullable RunId run);

    @Override
    public Integer call() {
      try (AggregatorClient aggregator = server.aggregator()) {
        boolean audit = chain.equals(LedgerEntry.AUDIT);
        return ask(aggregator, audit ? null : RunCommand.find(aggregator, chain));
      }
    }
  }

  /// `ledger verify RUN`.
  @Command(
      name = "verify",
      description = {
        "Recomputes the chain and its signatures here, and has the aggregator compare its tables and"
            + " files with them; exit status 0 when all is as recorded, else 1.",
        "Without --key the keys are those that the aggregator itself tells; without --head a ledger"
            + " that was cut back together with its tables cannot be told from a shorter one."
      })
  public static final class Verify extends OfOneChain {

    @Option(
        names = "--key",
        paramLabel = "FILE",
        description = "PEM file with the public keys that count, kept from 'ledger key'.")
    private @Nullable Path key;

    @Option(
        names = "--head",
        paramLabel = "HASH",
        description = "A hash that an earlier 'ledger verify' printed: the chain must contain it.")
    private @Nullable String head;

    @Override
    int ask(AggregatorClient aggregator, @Nullable RunId run) {
      List<LedgerKey> keys = key == null ? List.of() : LedgerKey.ofPem(read(key));
      Digest checkpoint = head == null ? null : Digest.parse(head);
      Verification.Outcome outcome = new Verification(aggregator, run, keys, checkpoint).run();
      print(outcome);
      return outcome.findings().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new KumiaiException.Invalid(
            "ledger-key-unreadable",
            file + (Files.exists(file) ? " cannot be read" : " does not exist"),
            e);
      }
    }

    private static void print(Verification.Outcome outcome) {
      Terminal terminal = Terminal.standard();
      terminal.print("Chain      " + Words.count(outcome.head().number(), "entry", "entries"));
      terminal.print("Head       " + outcome.head().hash());
      terminal.print(
          "Signed     %s, the newest over entry %d"
              .formatted(
                  Words.count(outcome.signatures(), "signature", "signatures"), outcome.signed()));
      for (LedgerKey key : outcome.keys()) {
        String whose = outcome.keysPinned() ? "as in --key" : "told by the aggregator itself";
        terminal.print("Key        " + key.fingerprint() + " (" + whose + ")");
      }
      terminal.print(
          "Compared   %s, %s"
              .formatted(
                  Words.count(outcome.kept().rows(), "row"),
                  Words.count(outcome.kept().artifacts(), "file")));
      if (outcome.kept().artifactsRemoved() > 0) {
        terminal.print(
            "Removed    %s, as the run's retention allows"
                .formatted(Words.count(outcome.kept().artifactsRemoved(), "file")));
      }
      terminal.print("");
      long findings = outcome.findings().size() + outcome.kept().furtherFindings();
      if (findings == 0) {
        terminal.print(terminal.paint(Style.GOOD, "All is as recorded."));
        return;
      }
      Table table = new Table(Column.left("Finding"), Column.left("Where"), Column.left("What"));
      for (LedgerFinding finding : outcome.findings()) {
        table.row(finding.code(), finding.where(), finding.what());
      }
      terminal.print(table.lines(terminal));
      terminal.print("");
      terminal.print(
          terminal.paint(Style.BAD, Words.count(findings, "finding") + ": not as recorded."));
    }
  }

  /// `ledger show RUN`.
  @Command(name = "show", description = "Tells what happened, entry by entry.")
  public static final class Show extends OfOneChain {
    @Override
    int ask(AggregatorClient aggregator, @Nullable RunId run) {
      Story story = new Story(ZoneId.systemDefault());
      new Download(aggregator).each(run, story::next);
      Terminal terminal = Terminal.standard();
      terminal.print(story.lines(terminal));
      return CommandLine.ExitCode.OK;
    }
  }

  /// `ledger export RUN`.
  @Command(
      name = "export",
      description = "Writes the entries, one JSON object a line, for a check without Kumiai.")
  public static final class Export extends OfOneChain {

    @Option(
        names = "--out",
        paramLabel = "FILE",
        required = true,
        description = "The file to write.")
    private Path out = Path.of("");

    @Override
    int ask(AggregatorClient aggregator, @Nullable RunId run) {
      ObjectMapper json = KumiaiJson.mapper();
      try (BufferedWriter file = Files.newBufferedWriter(out)) {
        new Download(aggregator)
            .each(
                run,
                entry -> {
                  try {
                    file.write(json.writeValueAsString(entry));
                    file.write('\n');
                  } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
      } catch (IOException | UncheckedIOException e) {
        throw new KumiaiException.Invalid(
            "export-unwritable", "%s cannot be written: %s".formatted(out, e.getMessage()), e);
      }
      return CommandLine.ExitCode.OK;
    }
  }

  /// `ledger key`.
  @Command(
      name = "key",
      description =
          "Prints the public keys of the ledger, to be kept elsewhere for 'verify --key'.")
  public static final class Key extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Override
    public void run() {
      try (AggregatorClient aggregator = server.aggregator()) {
        Terminal terminal = Terminal.standard();
        aggregator.ledgerKeys().known().forEach(key -> terminal.print(key.pem().strip()));
      }
    }
  }
}
