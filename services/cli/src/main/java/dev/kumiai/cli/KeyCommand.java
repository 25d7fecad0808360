package dev.kumiai.cli;

import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.protocol.access.KeyRequest;
import dev.kumiai.protocol.access.KeyView;
import dev.kumiai.protocol.access.Role;
import dev.kumiai.protocol.client.AggregatorClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `key`: who may use an aggregator.
@Command(
    name = "key",
    description = "Makes, lists and revokes the API keys of an aggregator's users.",
    subcommands = {KeyCommand.Create.class, KeyCommand.ListAll.class, KeyCommand.Revoke.class})
public final class KeyCommand extends WithHelp {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  /// `key create NAME`.
  @Command(
      name = "create",
      description =
          "Makes an API key and prints it; it is told only once: send it to a file or a vault.")
  public static final class Create extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "NAME", description = "Who or what it is for.")
    private String name = "";

    @Option(
        names = "--role",
        required = true,
        description = "What it may do: ${COMPLETION-CANDIDATES}.")
    private Role role = Role.VIEWER;

    @Option(
        names = "--days",
        paramLabel = "N",
        description = "Days until it stops working (default: it has to be revoked).")
    private @Nullable Integer days;

    @Override
    public void run() {
      Instant expires = days == null ? null : Instant.now().plus(Duration.ofDays(days));
      try (AggregatorClient aggregator = server.aggregator()) {
        Terminal.standard()
            .print(aggregator.createKey(new KeyRequest(name, role, expires)).apiKey());
      }
    }
  }

  /// `key list`.
  @Command(name = "list", description = "Lists all API keys that were ever made.")
  public static final class ListAll extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Override
    public void run() {
      List<KeyView> keys;
      try (AggregatorClient aggregator = server.aggregator()) {
        keys = aggregator.keys();
      }
      Table table =
          new Table(
              Column.left("Name"),
              Column.left("Role"),
              Column.left("Created"),
              Column.left("By"),
              Column.left("Expires"),
              Column.left("Revoked"));
      for (KeyView key : keys) {
        table.row(
            key.name(),
            key.role().name().toLowerCase(Locale.ROOT),
            time(key.created()),
            key.createdBy(),
            time(key.expires()),
            time(key.revoked()));
      }
      Terminal terminal = Terminal.standard();
      terminal.print(table.lines(terminal));
    }
  }

  /// `key revoke NAME`.
  @Command(name = "revoke", description = "Takes an API key back, at once and for ever.")
  public static final class Revoke extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "NAME", description = "The key's name.")
    private String name = "";

    @Override
    public void run() {
      try (AggregatorClient aggregator = server.aggregator()) {
        KeyView key = aggregator.revokeKey(name);
        Terminal.standard().print(key.name() + " is revoked");
      }
    }
  }

  private static String time(@Nullable Instant time) {
    return time == null ? "" : TIME.format(time.atZone(ZoneId.systemDefault()));
  }
}
