package dev.kumiai.aggregation.ledger;

import dev.kumiai.aggregation.config.LedgerConfig;
import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.ledger.LedgerKey;
import dev.kumiai.protocol.ledger.LedgerSignature;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/// The key pair with which this aggregator signs: configured, or made at the first start and kept
/// in a file that only its owner can read. Several aggregators on one database have one each, or
/// share one; every signature names its key.
@Singleton
public class SigningKey {

  private static final Logger LOG = Logger.getLogger(SigningKey.class);
  private static final String FILE = "ledger-key";
  private static final Pattern PRIVATE_PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final PrivateKey privateKey;
  private final LedgerKey publicKey;

  SigningKey(LedgerConfig config, StorageConfig storage) {
    Path own = storage.data().resolve(FILE);
    Path file = config.key().orElse(own);
    try {
      if (config.key().isEmpty() && !Files.exists(file)) {
        make(file);
        LOG.infof("ledger key made file=%s", file.toAbsolutePath());
      }
      String pem = Files.readString(file);
      this.privateKey = privateKey(pem);
      this.publicKey = LedgerKey.ofPem(pem).getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or make the ledger key at " + file, e);
    } catch (GeneralSecurityException | IllegalArgumentException | KumiaiException e) {
      throw new IllegalStateException(
          file + " is no ledger key: it has two PEM blocks, PRIVATE KEY and PUBLIC KEY, of Ed25519",
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

  /// The file appears only when it is whole, and only once.
  private static void make(Path file) throws IOException, GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance(LedgerSignature.ALGORITHM).generateKeyPair();
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = Files.createTempFile(folder, FILE, null, OWNER_ONLY);
    Files.writeString(
        draft,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n"
            + LedgerKey.of(pair.getPublic()).pem());
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException _) {
      LOG.debugf("another aggregator on this folder made the key first");
    } finally {
      Files.delete(draft);
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
