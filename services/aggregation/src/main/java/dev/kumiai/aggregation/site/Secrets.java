package dev.kumiai.aggregation.site;

import dev.kumiai.core.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/// Secrets too long to guess: 256 random bits, as URL-safe text.
final class Secrets {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private Secrets() {}

  static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// What is kept of a secret. A plain hash is enough: nobody can try out 256 random bits.
  static Digest hash(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
  }
}
