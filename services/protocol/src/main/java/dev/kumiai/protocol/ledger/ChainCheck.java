package dev.kumiai.protocol.ledger;

import dev.kumiai.core.KumiaiException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Recomputes a chain, entry by entry: that each is whole, follows the one before, that none is
/// missing, and that the signatures are those of known keys. Keeps nothing of the entries, so a
/// chain may be as long as it likes.
public final class ChainCheck {

  private final String chain;
  private final SigningRule rule;
  private final Set<LedgerKey> known;
  private final Consumer<LedgerFinding> findings;
  private final Set<LedgerKey> keys = new LinkedHashSet<>();
  private LedgerHead head = LedgerHead.NONE;
  private long signatures;
  private long signed;
  private long unsigned;

  /// @param known the keys whose signatures count
  /// @param findings is told what is wrong
  public ChainCheck(String chain, Collection<LedgerKey> known, Consumer<LedgerFinding> findings) {
    this.chain = chain;
    this.rule = new SigningRule(chain);
    this.known = Set.copyOf(known);
    this.findings = findings;
  }

  /// Looks at the next entry, in the order of their numbers.
  public void next(LedgerEntry entry) {
    place(entry);
    if (!entry.expectedHash().equals(entry.hash())) {
      found("entry-changed", entry, "its hash is not that of what it says: it was changed");
    }
    if (!entry.previous().equals(head.hash())) {
      found("entry-unlinked", entry, "it does not follow the entry before, which has another hash");
    }
    if (entry.type().equals(LedgerSignature.TYPE)) {
      signature(entry);
    } else if (rule.callsForSignature(entry)) {
      unsigned = entry.number();
    }
    head = new LedgerHead(entry.number(), entry.hash());
  }

  private void place(LedgerEntry entry) {
    long expected = head.number() + 1;
    if (!entry.chain().equals(chain)) {
      found("entry-misplaced", entry, "it belongs to the chain '" + entry.chain() + "'");
    }
    if (entry.number() > expected) {
      String missing =
          entry.number() - expected == 1
              ? "entry " + expected + " is"
              : "entries " + expected + " to " + (entry.number() - 1) + " are";
      found("entry-missing", entry, missing + " missing before it");
    } else if (entry.number() < expected) {
      found("entry-misplaced", entry, "its number is not above that of the entry before");
    }
  }

  private void signature(LedgerEntry entry) {
    LedgerSignature signature;
    try {
      signature = LedgerSignature.parse(entry.body());
    } catch (KumiaiException.Invalid e) {
      found("signature-wrong", entry, String.valueOf(e.getMessage()));
      return;
    }
    if (signature.number() != head.number() || !signature.hash().equals(head.hash())) {
      found("signature-wrong", entry, "it signs another entry than the one before it");
    } else if (!signature.verifies()) {
      found("signature-wrong", entry, "it was not made with the key that it names");
    } else if (!known.contains(signature.key())) {
      found(
          "signature-unknown",
          entry,
          "its key %s is none of those that count".formatted(signature.key().fingerprint()));
    } else {
      signatures++;
      signed = head.number();
      unsigned = 0;
      keys.add(signature.key());
    }
  }

  /// Ends the check.
  ///
  /// @param expected where the chain is said to end
  public void end(LedgerHead expected) {
    if (head.number() < expected.number()) {
      findings.accept(
          new LedgerFinding(
              "chain-cut",
              "entry " + expected.number(),
              "the chain is said to end here, and ends with entry " + head.number()));
    } else if (!head.equals(expected)) {
      findings.accept(
          new LedgerFinding(
              "head-changed",
              "head",
              "it names entry %d with %s, and the chain ends with entry %d and %s"
                  .formatted(expected.number(), expected.hash(), head.number(), head.hash())));
    }
    if (unsigned > 0) {
      findings.accept(
          LedgerFinding.atEntry(
              "signature-missing", unsigned, "no signature that counts follows it"));
    }
  }

  private void found(String code, LedgerEntry entry, String what) {
    findings.accept(LedgerFinding.atEntry(code, entry.number(), what));
  }

  public LedgerHead head() {
    return head;
  }

  /// How many signatures are right.
  public long signatures() {
    return signatures;
  }

  /// The newest entry that a right signature covers.
  public long signed() {
    return signed;
  }

  /// The keys of the right signatures.
  public List<LedgerKey> keys() {
    return List.copyOf(keys);
  }
}
