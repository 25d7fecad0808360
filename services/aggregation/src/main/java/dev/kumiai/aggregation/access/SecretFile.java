package dev.kumiai.aggregation.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jboss.logging.Logger;

/// A file that only its owner can read, with one secret in it.
///
/// @param what what the secret is, for messages
public record SecretFile(Path file, String what) {

  private static final Logger LOG = Logger.getLogger(SecretFile.class);
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  public boolean exists() {
    return Files.exists(file);
  }

  /// The secret in it.
  public String read() {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the " + what + " at " + file, e);
    }
  }

  /// Makes the file, unless it is there: aggregators that share a folder start at the same moment.
  /// It appears only when it is whole: an empty secret would let everybody in.
  public void make(String secret) {
    if (exists()) {
      return;
    }
    try {
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      Path draft = Files.createTempFile(folder, file.getFileName().toString(), null, OWNER_ONLY);
      try {
        Files.writeString(draft, secret);
        Files.createLink(file, draft);
        LOG.infof("%s made file=%s", what, file.toAbsolutePath());
      } catch (FileAlreadyExistsException e) {
        LOG.debugf("another aggregator made it file=%s", e.getFile());
      } finally {
        Files.delete(draft);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the " + what + " at " + file, e);
    }
  }
}
