package dev.kumiai.protocol.ledger;

/// Something that is not as the ledger says.
///
/// @param code which kind: `entry-changed`, `row-changed` ...; docs/ledger.md lists them
/// @param where the entry, the row and its column, or the file
/// @param what is wrong with it, as a sentence
public record LedgerFinding(String code, String where, String what) {

  static LedgerFinding atEntry(String code, long number, String what) {
    return new LedgerFinding(code, "entry " + number, what);
  }
}
