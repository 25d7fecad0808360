package dev.kumiai.aggregation.ledger;

import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerHead;
import dev.kumiai.protocol.ledger.LedgerKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Keeps the ledger. Every call belongs to a transaction of the caller. There is none to append:
/// every store does, by what it writes.
public interface LedgerStore {

  /// Notes that an aggregator signs with a key; one that is known already stays as it is.
  void register(LedgerKey key, Instant now);

  /// The keys that were ever registered, the oldest first.
  List<LedgerKey> keys();

  /// The entries of a chain that come after a number, in their order. What was tampered with may be
  /// anything: a text that is no digest is told by the code `ledger-unreadable`.
  List<LedgerEntry> entries(String chain, long after, int limit);

  /// Those entries of a chain that are there, by number.
  Map<Long, LedgerEntry> entries(String chain, Collection<Long> numbers);

  /// Where a chain ends; empty when it is not there.
  Optional<LedgerHead> head(String chain);

  /// The same, and nobody appends to it until the transaction ends.
  Optional<LedgerHead> lockHead(String chain);

  /// The key columns of the tables that are recorded, by table.
  Map<String, List<String>> tables();

  /// All rows that belong to a chain, as they are kept now, table by table.
  void rows(String chain, Consumer<RecordedRow> each);
}
