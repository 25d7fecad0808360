package dev.kumiai.aggregation.ledger;

import dev.kumiai.protocol.ledger.LedgerFinding;
import dev.kumiai.protocol.ledger.LedgerReport;
import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong, and only counts what would be too much to read.
final class Findings {

  private final List<LedgerFinding> kept = new ArrayList<>();
  private long further;

  void add(LedgerFinding finding) {
    if (kept.size() < LedgerReport.MOST_FINDINGS) {
      kept.add(finding);
    } else {
      further++;
    }
  }

  void add(String code, String where, String what) {
    add(new LedgerFinding(code, where, what));
  }

  List<LedgerFinding> kept() {
    return kept;
  }

  long further() {
    return further;
  }
}
