package dev.kumiai.protocol.ledger;

import java.util.List;

/// A part of a chain.
///
/// @param head where the chain ends just now
/// @param entries in the order of their numbers; none when there are no further ones
public record LedgerPage(LedgerHead head, List<LedgerEntry> entries) {

  public LedgerPage {
    entries = List.copyOf(entries);
  }
}
