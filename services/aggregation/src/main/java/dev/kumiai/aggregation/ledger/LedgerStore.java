package dev.kumiai.aggregation.ledger;

import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerKey;
import java.time.Instant;
import java.util.List;

/// Keeps the ledger. Every call belongs to a transaction of the caller. There is none to append:
/// every store does, by what it writes.
public interface LedgerStore {

  /// Notes that an aggregator signs with a key; one that is known already stays as it is.
  void register(LedgerKey key, Instant now);

  /// The keys that were ever registered, the oldest first.
  List<LedgerKey> keys();

  /// The entries of a chain that come after a number, in their order.
  List<LedgerEntry> entries(String chain, long after, int limit);
}
