package dev.kumiai.aggregation.ledger;

import dev.kumiai.protocol.ledger.LedgerFinding;
import dev.kumiai.protocol.ledger.LedgerReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects what is wrong, and only counts what would be too much to read: of each kind, so that
/// many signatures that are wrong do not hide the one row that made them so.
final class Findings {

  private final List<LedgerFinding> kept = new ArrayList<>();
  private final Map<String, Integer> keptOfKind = new HashMap<>();
  private long further;

  void add(LedgerFinding finding) {
    if (keptOfKind.merge(finding.code(), 1, Integer::sum) <= LedgerReport.MOST_OF_A_KIND) {
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
