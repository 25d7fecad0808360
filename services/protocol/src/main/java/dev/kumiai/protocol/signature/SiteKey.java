package dev.kumiai.protocol.signature;

import dev.kumiai.core.KumiaiException;
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
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/// The Ed25519 key pair of a site. The private half never leaves the site.
public final class SiteKey {

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final PrivateKey secret;
  private final SitePublicKey open;

  private SiteKey(PrivateKey secret, SitePublicKey open) {
    this.secret = secret;
    this.open = open;
  }

  /// A new one.
  public static SiteKey make() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(SitePublicKey.ALGORITHM).generateKeyPair();
      return new SiteKey(pair.getPrivate(), new SitePublicKey(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK since 15 has Ed25519", e);
    }
  }

  /// The one in that file, which is made when it is not there, readable by its owner only. Of the
  /// processes that do so at the same moment one makes it, and all get the same.
  public static SiteKey of(Path file) {
    try {
      if (!Files.exists(file)) {
        write(make(), file);
      }
      return parse(Files.readString(file), file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or make the site's key at " + file, e);
    }
  }

  private static void write(SiteKey key, Path file) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = Files.createTempFile(folder, file.getFileName().toString(), null, OWNER_ONLY);
    try {
      Base64.Encoder base64 = Base64.getEncoder();
      Files.writeString(
          draft,
          "%s%n%s%n"
              .formatted(
                  base64.encodeToString(key.secret.getEncoded()),
                  base64.encodeToString(key.open.encoded())));
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException _) {
      // Another process was quicker: its key is the site's.
    } finally {
      Files.delete(draft);
    }
  }

  /// PKCS #8 and X.509 in Base64, a line each: the JDK does not derive one from the other.
  private static SiteKey parse(String text, Path file) {
    String[] lines = text.strip().split("\\R", -1);
    try {
      byte[] secret = Base64.getDecoder().decode(lines[0].strip());
      SitePublicKey open = SitePublicKey.parse(lines[lines.length - 1].strip());
      return new SiteKey(
          KeyFactory.getInstance(SitePublicKey.ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(secret)),
          open);
    } catch (GeneralSecurityException | IllegalArgumentException | KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(
          "site-key-unreadable",
          file + " is no key pair of a site: restore it, or delete it and ask for an invitation",
          e);
    }
  }

  public SitePublicKey open() {
    return open;
  }

  /// The headers that sign a request.
  ///
  /// @param at when; a record of it, which nobody checks: the clocks of plants are what they are
  public Map<String, String> sign(SignedMessage message, Instant at) {
    String parameters =
        "%s;created=%d;keyid=\"%s\";alg=\"ed25519\""
            .formatted(SignedMessage.COVERED, at.getEpochSecond(), open.id());
    try {
      Signature signature = Signature.getInstance(SitePublicKey.ALGORITHM);
      signature.initSign(secret);
      signature.update(message.base(parameters));
      String signed = Base64.getEncoder().encodeToString(signature.sign());
      return Map.of(
          SignedMessage.SIGNATURE_INPUT,
          "site=" + parameters,
          SignedMessage.SIGNATURE,
          "site=:" + signed + ":");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs everything", e);
    }
  }

  @Override
  public String toString() {
    return "SiteKey[" + open.id() + "]";
  }
}
