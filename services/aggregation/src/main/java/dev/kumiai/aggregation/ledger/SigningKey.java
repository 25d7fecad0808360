package dev.kumiai.aggregation.ledger;

import dev.kumiai.aggregation.access.SecretFile;
import dev.kumiai.aggregation.config.LedgerConfig;
import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.ledger.LedgerKey;
import dev.kumiai.protocol.ledger.LedgerSignature;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The key pair with which this aggregator signs: configured, or made at the first start and kept
/// in a file that only its owner can read. Several aggregators on one database have one each, or
/// share one; every signature names its key.
@Singleton
public class SigningKey {

  private static final String FILE = "ledger-key";
  private static final Pattern PRIVATE_PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private final PrivateKey privateKey;
  private final LedgerKey publicKey;

  SigningKey(LedgerConfig config, StorageConfig storage) {
    SecretFile own = new SecretFile(storage.data().resolve(FILE), "ledger key");
    if (config.key().isEmpty() && !own.exists()) {
      own.make(newPair());
    }
    SecretFile file = config.key().map(path -> new SecretFile(path, own.what())).orElse(own);
    try {
      String pem = file.read();
      this.privateKey = privateKey(pem);
      this.publicKey = LedgerKey.ofPem(pem).getFirst();
    } catch (GeneralSecurityException | IllegalArgumentException | KumiaiException e) {
      throw new IllegalStateException(
          file.file()
              + " is no ledger key: it has two PEM blocks, PRIVATE KEY and PUBLIC KEY, of Ed25519",
          e);
    }
    Digest any = Digest.of(new byte[0]);
    if (!sign(0, any).verifies()) {
      throw new IllegalStateException(
          "the two keys in "
              + file
              + " are no pair: put the public key there that belongs to the private one");
    }
  }

  private static String newPair() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(LedgerSignature.ALGORITHM).generateKeyPair();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
          + "\n-----END PRIVATE KEY-----\n"
          + LedgerKey.of(pair.getPublic()).pem();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    Matcher block = PRIVATE_PEM.matcher(pem);
    if (!block.find()) {
      throw new IllegalArgumentException("there is no private key");
    }
    byte[] der = Base64.getDecoder().decode(block.group(1).replaceAll("\\s", ""));
    return KeyFactory.getInstance(LedgerSignature.ALGORITHM)
        .generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  public LedgerKey publicKey() {
    return publicKey;
  }

  /// Signs a chain as far as an entry.
  public LedgerSignature sign(long number, Digest hash) {
    try {
      Signature signature = Signature.getInstance(LedgerSignature.ALGORITHM);
      signature.initSign(privateKey);
      signature.update(LedgerSignature.message(hash));
      String text = Base64.getEncoder().encodeToString(signature.sign());
      return new LedgerSignature(LedgerSignature.ALGORITHM, number, hash, publicKey, text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
