package dev.kumiai.protocol.ledger;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;

/// The body of an entry that signs its chain as far as the entry before it, and so all of it.
///
/// What is signed is the text `kumiai-ledger-1 sha256:<hash of that entry>`, by Ed25519 (RFC 8032).
///
/// @param algorithm [#ALGORITHM]
/// @param number of the entry that is signed
/// @param hash of that entry
/// @param key the public key that the signature is to be checked with
/// @param signature 64 bytes in Base64
@JsonPropertyOrder(alphabetic = true)
public record LedgerSignature(
    String algorithm, long number, Digest hash, LedgerKey key, String signature) {

  public static final String ALGORITHM = "Ed25519";

  /// The type of the entry.
  public static final String TYPE = "ledger.signed";

  private static final String SIGNED = "kumiai-ledger-1 ";
  private static final ObjectMapper JSON = KumiaiJson.mapper();

  public LedgerSignature {
    if (!algorithm.equals(ALGORITHM)) {
      throw new KumiaiException.Invalid(
          "signature-algorithm-unknown",
          "a ledger is signed by " + ALGORITHM + ", not by '" + algorithm + "'");
    }
  }

  /// The bytes that are signed for a hash.
  public static byte[] message(Digest hash) {
    return (SIGNED + hash).getBytes(StandardCharsets.US_ASCII);
  }

  /// Reads the body of an entry.
  ///
  /// @throws KumiaiException.Invalid `signature-malformed`
  public static LedgerSignature parse(String body) {
    try {
      return JSON.readValue(body, LedgerSignature.class);
    } catch (JsonProcessingException e) {
      throw new KumiaiException.Invalid(
          "signature-malformed", "the body of a signature cannot be read", e);
    }
  }

  /// The body of the entry.
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether the key's owner made this signature.
  public boolean verifies() {
    try {
      Signature verify = Signature.getInstance(ALGORITHM);
      verify.initVerify(key.publicKey());
      verify.update(message(hash));
      return verify.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }
}
