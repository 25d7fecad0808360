package dev.kumiai.protocol.ledger;

import java.util.List;

/// What came of a verification.
///
/// @param head as the entries have it
/// @param signatures that are right
/// @param signed the newest entry that a signature covers; 0 when there is none
/// @param keys that those signatures were made with
/// @param rows that are as their newest entries say
/// @param artifacts files that have the digests they are recorded with
/// @param artifactBytes their size
/// @param artifactsRemoved files that are gone, as the retention that the run asked for allows
/// @param findings what is wrong, at most [#MOST_OF_A_KIND] with one code; empty when nothing is
/// @param furtherFindings how many more there are
public record LedgerReport(
    String chain,
    LedgerHead head,
    long signatures,
    long signed,
    List<LedgerKey> keys,
    long rows,
    long artifacts,
    long artifactBytes,
    long artifactsRemoved,
    List<LedgerFinding> findings,
    long furtherFindings) {

  /// How many findings with one code are told.
  public static final int MOST_OF_A_KIND = 100;

  public LedgerReport {
    keys = List.copyOf(keys);
    findings = List.copyOf(findings);
  }

  public boolean clean() {
    return findings.isEmpty();
  }
}
