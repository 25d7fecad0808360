package dev.kumiai.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// The SHA-256 of some bytes: the name under which models, updates and plans are stored.
///
/// @param hex 64 lower-case hexadecimal digits
public record Digest(String hex) implements Comparable<Digest> {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /// How the text form begins.
  public static final String PREFIX = "sha256:";

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new KumiaiException.Invalid(
          "digest-malformed", "a digest is 64 lower-case hexadecimal digits, not '" + hex + "'");
    }
  }

  /// The digest after which a file is named; empty when it has another name.
  public static Optional<Digest> ofFileName(Path file) {
    String name = String.valueOf(file.getFileName());
    return HEX.matcher(name).matches() ? Optional.of(new Digest(name)) : Optional.empty();
  }

  /// Reads the form that [#toString] writes: `sha256:` and 64 hexadecimal digits.
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new KumiaiException.Invalid(
          "digest-malformed", "a digest starts with 'sha256:', this one is '" + text + "'");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  public static Digest of(byte[] bytes) {
    return ofHash(sha256().digest(bytes));
  }

  /// Ends `running` and takes its value.
  public static Digest of(MessageDigest running) {
    return ofHash(running.digest());
  }

  private static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  public static Digest of(Path file) throws IOException {
    MessageDigest running = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        running.update(buffer, 0, read);
      }
    }
    return of(running);
  }

  /// A fresh SHA-256, which every Java platform has.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
