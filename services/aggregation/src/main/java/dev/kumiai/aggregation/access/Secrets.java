package dev.kumiai.aggregation.access;

import dev.kumiai.core.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/// Secrets too long to guess: 256 random bits, as URL-safe text.
public final class Secrets {

  private static final int BYTES = 32;

  private Secrets() {}

  public static String random() {
    byte[] bytes = new byte[BYTES];
    // Not kept: a native executable would be built with one, seed and all.
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// What is kept of a secret. A plain hash is enough: nobody can try out 256 random bits.
  public static Digest hash(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
  }

  /// Takes the same time wherever the first wrong character is, and whatever the lengths.
  public static boolean same(String one, String other) {
    return MessageDigest.isEqual(hash(one).bytes(), hash(other).bytes());
  }
}
