package dev.kumiai.aggregation.site;

import dev.kumiai.aggregation.config.EnrolmentConfig;
import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// The secret that lets a worker enrol: configured, or made at the first start and kept in a file
/// that only its owner can read.
@Startup
@Singleton
public class EnrolmentToken {

  private static final Logger LOG = Logger.getLogger(EnrolmentToken.class);
  private static final String FILE = "enrolment-token";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final byte[] token;

  EnrolmentToken(EnrolmentConfig enrolment, StorageConfig storage) {
    Optional<String> configured = enrolment.enrolmentToken().filter(text -> !text.isBlank());
    this.token =
        configured
            .orElseGet(() -> fromFile(storage.data().resolve(FILE)))
            .getBytes(StandardCharsets.UTF_8);
  }

  private static String fromFile(Path file) {
    try {
      if (!Files.exists(file)) {
        make(file);
        LOG.infof("enrolment token made file=%s", file.toAbsolutePath());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or make the enrolment token at " + file, e);
    }
  }

  /// The file appears only when it is whole: an empty token would let everybody in.
  private static void make(Path file) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = Files.createTempFile(folder, FILE, null, OWNER_ONLY);
    Files.writeString(draft, Secrets.random());
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Takes the same time wherever the first wrong character is.
  void require(String given) {
    if (!MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8))) {
      throw new KumiaiException.Unauthenticated(
          "enrolment-token-wrong",
          "the enrolment token is not this aggregator's: ask its operator for the right one");
    }
  }
}
