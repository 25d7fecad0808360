package dev.kumiai.aggregation.ledger;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.ledger.LedgerHead;
import dev.kumiai.protocol.ledger.LedgerKeys;
import dev.kumiai.protocol.ledger.LedgerPage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/// Hands the ledger out.
@ApplicationScoped
public class ReadLedger {

  /// Entries of a page.
  public static final int MOST = 1_000;

  private final LedgerStore store;
  private final SigningKey key;

  ReadLedger(LedgerStore store, SigningKey key) {
    this.store = store;
    this.key = key;
  }

  /// The entries of a chain that come after a number.
  ///
  /// @param chain a run's id, or [dev.kumiai.protocol.ledger.LedgerEntry#AUDIT]
  /// @param limit 1 to [#MOST]
  /// @throws KumiaiException.NotFound `run-unknown`
  /// @throws KumiaiException.Invalid `ledger-limit-invalid`, or `ledger-unreadable` when it was
  ///   tampered with
  @Transactional
  public LedgerPage page(String chain, long after, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new KumiaiException.Invalid(
          "ledger-limit-invalid", "limit is 1 to %d, not %d".formatted(MOST, limit));
    }
    LedgerHead head = store.head(chain).orElseThrow(() -> VerifyLedger.unknown(chain));
    return new LedgerPage(head, store.entries(chain, after, limit));
  }

  @Transactional
  public LedgerKeys keys() {
    return new LedgerKeys(key.publicKey(), store.keys());
  }
}
