package dev.kumiai.protocol.ledger;

import dev.kumiai.core.Digest;

/// Where a chain ends. Kept outside of the aggregator it is a checkpoint: whoever changes or cuts
/// off what came before can be told by it.
///
/// @param number of the newest entry; 0 when there is none
/// @param hash of that entry
public record LedgerHead(long number, Digest hash) {

  public static final LedgerHead NONE = new LedgerHead(0, LedgerEntry.NOTHING);
}
