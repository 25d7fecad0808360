package dev.kumiai.protocol.signature;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The public half of a site's Ed25519 key pair: in JSON its X.509 encoding in Base64.
public final class SitePublicKey {

  static final String ALGORITHM = "Ed25519";

  private static final Pattern INPUT =
      Pattern.compile("site=(" + Pattern.quote(SignedMessage.COVERED) + "(?:;[a-z]+=[^;,]+)*)");
  private static final Pattern KEY_ID = Pattern.compile(";keyid=\"([0-9a-f]{64})\"");
  private static final Pattern SIGNATURE = Pattern.compile("site=:([A-Za-z0-9+/]+={0,2}):");

  private final byte[] encoded;
  private final PublicKey key;

  private SitePublicKey(byte[] encoded, PublicKey key) {
    this.encoded = encoded;
    this.key = key;
  }

  /// @param encoded X.509
  SitePublicKey(byte[] encoded) throws GeneralSecurityException {
    this(
        encoded.clone(),
        KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
  }

  /// Reads what [#toString] wrote.
  ///
  /// @throws KumiaiException.Invalid `site-key-malformed`
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SitePublicKey parse(String base64) {
    try {
      return new SitePublicKey(Base64.getDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KumiaiException.Invalid(
          "site-key-malformed", "a site's key is an Ed25519 public key, X.509 in Base64", e);
    }
  }

  byte[] encoded() {
    return encoded.clone();
  }

  /// The digest of the key, in hexadecimal digits: its name.
  public String id() {
    return Digest.of(encoded).hex();
  }

  /// The key that a request names, whose signature is still to be verified.
  ///
  /// @throws KumiaiException.Forbidden `signature-missing`, `signature-malformed`
  public static String keyId(@Nullable String signatureInput) {
    Matcher id = KEY_ID.matcher(parameters(signatureInput));
    if (!id.find()) {
      throw malformed();
    }
    return id.group(1);
  }

  private static String parameters(@Nullable String signatureInput) {
    if (signatureInput == null) {
      throw new KumiaiException.Forbidden(
          "signature-missing",
          "a site signs its results: send Signature-Input and Signature (RFC 9421)");
    }
    Matcher input = INPUT.matcher(signatureInput.strip());
    if (!input.matches()) {
      throw malformed();
    }
    return input.group(1);
  }

  private static KumiaiException malformed() {
    return new KumiaiException.Forbidden(
        "signature-malformed",
        "Signature-Input is site=%s;created=...;keyid=\"...\";alg=\"ed25519\" and Signature site=:...:"
            .formatted(SignedMessage.COVERED));
  }

  /// Refuses a signature that this key did not make over exactly this message.
  ///
  /// @throws KumiaiException.Forbidden `signature-missing`, `signature-malformed`,
  ///   `signature-wrong`
  public void verify(
      SignedMessage message, @Nullable String signatureInput, @Nullable String signature) {
    String parameters = parameters(signatureInput);
    Matcher value = SIGNATURE.matcher(signature == null ? "" : signature.strip());
    if (!value.matches()) {
      throw malformed();
    }
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(message.base(parameters));
      if (verifier.verify(Base64.getDecoder().decode(value.group(1)))) {
        return;
      }
    } catch (SignatureException | IllegalArgumentException _) {
      // Of the wrong length or form: as wrong as any other.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK since 15 has Ed25519", e);
    }
    throw new KumiaiException.Forbidden(
        "signature-wrong",
        "key %s did not sign this: %s %s with %s"
            .formatted(id(), message.method(), message.path(), message.contentDigest()));
  }

  @JsonValue
  @Override
  public String toString() {
    return Base64.getEncoder().encodeToString(encoded);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SitePublicKey key && Arrays.equals(encoded, key.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }
}
