package dev.kumiai.protocol.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Which entries have to be followed by a signature: those that end a round or a run, every later
/// one of a run that is over, and every one of the chain that belongs to no run. Fed with the
/// entries of a chain in their order.
public final class SigningRule {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = "run";
  private static final String ROUND = "run_round";
  private static final String ROW = "row";
  private static final String FINISHED = "finished";

  private final boolean always;
  private boolean closed;

  public SigningRule(String chain) {
    this(chain, false);
  }

  /// @param closed whether the run of the chain is over before the next entry
  public SigningRule(String chain, boolean closed) {
    this.always = chain.equals(LedgerEntry.AUDIT);
    this.closed = closed;
  }

  /// Whether a signature has to follow an entry, soon if not at once.
  public boolean callsForSignature(LedgerEntry entry) {
    String table = entry.type().split("\\.", 2)[0];
    boolean ends = (table.equals(RUN) || table.equals(ROUND)) && isFinished(entry.body());
    if (table.equals(RUN)) {
      closed = ends;
    }
    return always || closed || ends;
  }

  /// Whether the run of the chain is over after the entries so far.
  public boolean closed() {
    return closed;
  }

  /// A body that cannot be read was changed, which its hash tells.
  private static boolean isFinished(String body) {
    try {
      return JSON.readTree(body).path(ROW).path(FINISHED).isTextual();
    } catch (JsonProcessingException _) {
      return false;
    }
  }
}
