package dev.kumiai.cli.ledger;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.ledger.ChainCheck;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerFinding;
import dev.kumiai.protocol.ledger.LedgerHead;
import dev.kumiai.protocol.ledger.LedgerKey;
import dev.kumiai.protocol.ledger.LedgerReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks a ledger twice. Chain and signatures are recomputed here, from the entries, so that the
/// aggregator cannot lie about them; rows and files only the aggregator can compare with the chain,
/// so it is asked to, and held to the chain that was seen here.
public final class Verification {

  private final AggregatorClient aggregator;
  private final @Nullable RunId run;
  private final List<LedgerKey> pinned;
  private final @Nullable Digest checkpoint;

  /// @param run which; null for what belongs to no run
  /// @param pinned the keys whose signatures count; when there are none, those that the aggregator
  ///   itself tells
  /// @param checkpoint a hash that the chain must have had, as was noted earlier
  public Verification(
      AggregatorClient aggregator,
      @Nullable RunId run,
      List<LedgerKey> pinned,
      @Nullable Digest checkpoint) {
    this.aggregator = aggregator;
    this.run = run;
    this.pinned = List.copyOf(pinned);
    this.checkpoint = checkpoint;
  }

  /// What was found.
  ///
  /// @param head of the chain that was recomputed here
  /// @param kept what the aggregator says of rows and files
  public record Outcome(
      LedgerHead head,
      long signatures,
      long signed,
      List<LedgerKey> keys,
      boolean keysPinned,
      LedgerReport kept,
      Set<LedgerFinding> findings) {

    public Outcome {
      keys = List.copyOf(keys);
      findings = Collections.unmodifiableSet(new LinkedHashSet<>(findings));
    }
  }

  public Outcome run() {
    List<LedgerFinding> findings = new ArrayList<>();
    List<LedgerKey> known = pinned.isEmpty() ? aggregator.ledgerKeys().known() : pinned;
    String chain = run == null ? LedgerEntry.AUDIT : run.value();
    ChainCheck check = new ChainCheck(chain, known, findings::add);
    Checkpoint noted = new Checkpoint(checkpoint);
    LedgerHead told =
        new Download(aggregator)
            .each(
                run,
                entry -> {
                  check.next(entry);
                  noted.next(entry);
                });
    check.end(told);
    noted.end(findings);
    LedgerReport kept = aggregator.verifyLedger(run);
    if (kept.head().number() < check.head().number()) {
      findings.add(
          new LedgerFinding(
              "head-changed",
              "head",
              "the aggregator verified a chain of %d entries, and handed out %d"
                  .formatted(kept.head().number(), check.head().number())));
    }
    Set<LedgerFinding> all = new LinkedHashSet<>(findings);
    all.addAll(kept.findings());
    return new Outcome(
        check.head(),
        check.signatures(),
        check.signed(),
        check.keys(),
        !pinned.isEmpty(),
        kept,
        all);
  }

  /// A hash from outside, looked for in the chain.
  private static final class Checkpoint {
    private final @Nullable Digest hash;
    private boolean seen;

    Checkpoint(@Nullable Digest hash) {
      this.hash = hash;
    }

    void next(LedgerEntry entry) {
      seen |= entry.hash().equals(hash);
    }

    void end(List<LedgerFinding> findings) {
      if (hash != null && !seen) {
        findings.add(
            new LedgerFinding(
                "checkpoint-missing",
                "chain",
                "no entry has the hash " + hash + ": the chain is not the one it was noted of"));
      }
    }
  }
}
