package dev.kumiai.aggregation.ledger;

import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.aggregation.retention.NeededFiles;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.ledger.ChainCheck;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerHead;
import dev.kumiai.protocol.ledger.LedgerKey;
import dev.kumiai.protocol.ledger.LedgerReport;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jboss.logging.Logger;

/// Compares everything that is kept of a run with what the ledger says of it: the chain with its
/// hashes and signatures, every row with its newest entry, and every file with the digest it is
/// recorded under. A file that is gone is a finding unless the run lets it go: what it asked to be
/// kept stands in its row, and so in the ledger.
///
/// A run may go on meanwhile. Its entries are read first, which takes long and holds nothing up,
/// since no entry ever changes; then the newest ones and the rows, while nobody appends; then the
/// files.
@ApplicationScoped
public class VerifyLedger {

  private static final Logger LOG = Logger.getLogger(VerifyLedger.class);
  private static final int PAGE = 1_000;

  private final LedgerStore store;
  private final Artifacts artifacts;
  private final NeededFiles needed;

  VerifyLedger(LedgerStore store, Artifacts artifacts, NeededFiles needed) {
    this.store = store;
    this.artifacts = artifacts;
    this.needed = needed;
  }

  /// Verifies a chain.
  ///
  /// @param chain a run's id, or [LedgerEntry#AUDIT]
  /// @throws KumiaiException.NotFound `run-unknown`
  public LedgerReport verify(String chain) {
    Verification verification =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  var _ = store.head(chain).orElseThrow(() -> unknown(chain));
                  return new Verification(chain, store.keys(), store.tables());
                });
    LedgerReport report = verification.run();
    LOG.infof(
        "ledger verified chain=%s entries=%d rows=%d artifacts=%d findings=%d",
        chain,
        report.head().number(),
        report.rows(),
        report.artifacts(),
        report.findings().size() + report.furtherFindings());
    return report;
  }

  static KumiaiException unknown(String chain) {
    return new KumiaiException.NotFound("run-unknown", "there is no run " + chain);
  }

  /// One verification.
  private final class Verification {
    private final String chain;
    private final Findings findings = new Findings();
    private final ChainCheck check;
    private final LastEntries last;
    private final RowCheck rows;
    private long right;
    private long bytes;
    private long removed;

    Verification(String chain, List<LedgerKey> keys, Map<String, List<String>> tables) {
      this.chain = chain;
      this.check = new ChainCheck(chain, keys, findings::add);
      this.last = new LastEntries(tables);
      this.rows = new RowCheck(chain, store, last, findings);
    }

    LedgerReport run() {
      try {
        while (QuarkusTransaction.requiringNew().call(this::page)) {}
        QuarkusTransaction.requiringNew().run(this::rows);
      } catch (KumiaiException.Invalid e) {
        findings.add(e.code(), "chain " + chain, String.valueOf(e.getMessage()));
      }
      if (!chain.equals(LedgerEntry.AUDIT)) {
        files(rows.artifacts());
      }
      return new LedgerReport(
          chain,
          check.head(),
          check.signatures(),
          check.signed(),
          check.keys(),
          rows.right(),
          right,
          bytes,
          removed,
          findings.kept(),
          findings.further());
    }

    /// Reads on; says whether there may be more.
    private boolean page() {
      List<LedgerEntry> page = store.entries(chain, check.head().number(), PAGE);
      page.forEach(check::next);
      page.forEach(last::next);
      return page.size() == PAGE;
    }

    private void rows() {
      LedgerHead head = store.lockHead(chain).orElseThrow(() -> unknown(chain));
      while (page()) {}
      check.end(head);
      store.rows(chain, rows::next);
      rows.end();
    }

    private void files(SortedMap<String, String> named) {
      named.forEach((hex, where) -> file(new Digest(hex), where));
    }

    private void file(Digest expected, String where) {
      Optional<Kept> kept = artifacts.open(expected);
      if (kept.isEmpty()) {
        missing(expected, where);
        return;
      }
      try (Kept file = kept.get()) {
        Digest digest = Digest.of(file.file());
        if (digest.equals(expected)) {
          right++;
          bytes += Files.size(file.file());
        } else {
          findings.add(
              "artifact-changed",
              "artifact " + expected,
              "its bytes have the digest " + digest + "; " + where + " names it");
        }
      } catch (IOException e) {
        findings.add(
            "artifact-unreadable",
            "artifact " + expected,
            "it cannot be read (" + e.getMessage() + "); " + where + " names it");
      }
    }

    private void missing(Digest expected, String where) {
      RunId run = new RunId(chain);
      if (QuarkusTransaction.requiringNew().call(() -> needed.by(run, expected))) {
        findings.add(
            "artifact-missing", "artifact " + expected, "it is not kept; " + where + " names it");
      } else {
        removed++;
      }
    }
  }
}
