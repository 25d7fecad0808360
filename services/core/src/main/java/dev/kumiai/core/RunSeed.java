package dev.kumiai.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The one number from which every random draw of a run follows, so that a run can be repeated bit
/// for bit.
///
/// A draw's seed is the first 8 bytes, big-endian, of HMAC-SHA256(key = the run seed as 8
/// big-endian bytes, message = `purpose 0x00 round 0x00 site` in UTF-8): draws for different
/// purposes, rounds or sites are independent, and none depends on the order in which they are made.
public record RunSeed(long value) {

  /// Seed of one draw.
  ///
  /// @param purpose what is drawn: "weights", "batches", "noise"
  /// @param round the round, 0 for what happens before the first
  /// @param scope the site, or another name that tells draws apart; empty where there is one draw
  ///   for all
  public long derive(String purpose, int round, String scope) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(ByteBuffer.allocate(Long.BYTES).putLong(value).array(), "HmacSHA256"));
      byte[] message = (purpose + '\0' + round + '\0' + scope).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(mac.doFinal(message)).getLong();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A generator for one draw, seeded by [#derive]. L64X128MixRandom is in every JDK.
  public RandomGenerator generator(String purpose, int round, String scope) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(derive(purpose, round, scope));
  }
}
