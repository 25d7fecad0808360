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
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The secret that lets a worker enrol: configured, or made at the first start and kept in a file
/// that only its owner can read.
@Startup
@Singleton
public class EnrolmentToken {

  private static final Logger LOG = Logger.getLogger(EnrolmentToken.class);
  private static final String FILE = "enrolment-token";

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
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, Secrets.random(), StandardOpenOption.TRUNCATE_EXISTING);
        LOG.infof("enrolment token made file=%s", file.toAbsolutePath());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or make the enrolment token at " + file, e);
    }
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
