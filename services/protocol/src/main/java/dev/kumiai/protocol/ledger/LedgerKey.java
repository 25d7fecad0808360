package dev.kumiai.protocol.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A public key with which an aggregator signs its ledger.
///
/// @param base64 the key as X.509 SubjectPublicKeyInfo (DER) in Base64: what stands between the
///   lines of a PEM file
public record LedgerKey(@JsonValue String base64) {

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public LedgerKey {
    read(base64);
  }

  public static LedgerKey of(PublicKey key) {
    return new LedgerKey(Base64.getEncoder().encodeToString(key.getEncoded()));
  }

  /// All keys of a PEM file.
  ///
  /// @throws KumiaiException.Invalid `ledger-key-malformed`
  public static List<LedgerKey> ofPem(String pem) {
    List<LedgerKey> keys = new ArrayList<>();
    Matcher block = PEM.matcher(pem);
    while (block.find()) {
      keys.add(new LedgerKey(block.group(1).replaceAll("\\s", "")));
    }
    if (keys.isEmpty()) {
      throw new KumiaiException.Invalid(
          "ledger-key-malformed",
          "no public key: a key file has lines from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----");
    }
    return keys;
  }

  public String pem() {
    return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
  }

  public PublicKey publicKey() {
    return read(base64);
  }

  /// A name short enough to compare by eye: the SHA-256 of the key.
  public Digest fingerprint() {
    return Digest.of(Base64.getDecoder().decode(base64));
  }

  private static PublicKey read(String base64) {
    try {
      byte[] encoded = Base64.getDecoder().decode(base64);
      if (!Base64.getEncoder().encodeToString(encoded).equals(base64)) {
        throw new IllegalArgumentException("there is another text for the same bytes");
      }
      return KeyFactory.getInstance(LedgerSignature.ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KumiaiException.Invalid(
          "ledger-key-malformed", "this is no Ed25519 public key: '" + base64 + "'", e);
    }
  }
}
