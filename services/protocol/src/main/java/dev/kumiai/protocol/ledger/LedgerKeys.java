package dev.kumiai.protocol.ledger;

import java.util.List;

/// With which keys a ledger is signed. They come from the aggregator that is to be checked: keep a
/// copy elsewhere, taken while it was to be trusted.
///
/// @param own the key of the aggregator that answers
/// @param known those of all aggregators that ever were on its database, the oldest first
public record LedgerKeys(LedgerKey own, List<LedgerKey> known) {

  public LedgerKeys {
    known = List.copyOf(known);
  }
}
