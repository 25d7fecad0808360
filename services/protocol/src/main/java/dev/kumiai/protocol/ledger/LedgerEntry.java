package dev.kumiai.protocol.ledger;

import dev.kumiai.core.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// One entry of a chain of the ledger. Its hash covers all the rest of it, and so, through the hash
/// of the entry before, everything that came earlier.
///
/// ```
/// hash = SHA-256(net("kumiai-ledger-1") net(chain) net(number) net(at) net(type) net(body) net(previous))
/// net(text) = <length of text in UTF-8, in bytes, decimal> ":" <text in UTF-8> ","
/// ```
///
/// The fields stand in the hash as they stand in the JSON of an entry, the number in decimal.
/// Netstrings (D. J. Bernstein, 1997) tell their lengths, so no two entries have the same bytes.
///
/// @param chain the run's id, or [#AUDIT]
/// @param number in the chain, from 1 on without gaps
/// @param at when, in UTC with six decimals of a second: `2026-11-27T12:00:00.000000Z`
/// @param type what happened, such as `run.training` or `task.succeeded`
/// @param body JSON; what it holds depends on the type
/// @param previous the hash of the entry before, or [#NOTHING]
public record LedgerEntry(
    String chain, long number, String at, String type, String body, Digest previous, Digest hash) {

  /// The chain of what belongs to no run.
  public static final String AUDIT = "audit";

  /// What comes before the first entry of a chain.
  public static final Digest NOTHING = new Digest("0".repeat(64));

  private static final String FORMAT = "kumiai-ledger-1";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// The entry that follows one with the hash `previous`.
  public static LedgerEntry after(
      Digest previous, String chain, long number, Instant at, String type, String body) {
    String time = time(at);
    return new LedgerEntry(
        chain, number, time, type, body, previous, hash(chain, number, time, type, body, previous));
  }

  /// A time as entries write it.
  public static String time(Instant at) {
    return TIME.format(at);
  }

  /// The hash that the entry has to have.
  public Digest expectedHash() {
    return hash(chain, number, at, type, body, previous);
  }

  private static Digest hash(
      String chain, long number, String at, String type, String body, Digest previous) {
    MessageDigest sha256 = Digest.sha256();
    String[] fields = {FORMAT, chain, Long.toString(number), at, type, body, previous.toString()};
    for (String field : fields) {
      byte[] text = field.getBytes(StandardCharsets.UTF_8);
      sha256.update((text.length + ":").getBytes(StandardCharsets.US_ASCII));
      sha256.update(text);
      sha256.update((byte) ',');
    }
    return Digest.of(sha256);
  }
}
