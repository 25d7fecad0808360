package dev.kumiai.aggregation.model;

import dev.kumiai.aggregation.config.UploadConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/// Streams uploads to the disk: whatever their size, one block is in memory.
@ApplicationScoped
public class Uploads {

  private static final int BLOCK_BYTES = 1 << 17;

  private final Artifacts artifacts;
  private final long maxBytes;

  Uploads(Artifacts artifacts, UploadConfig config) {
    this.artifacts = artifacts;
    this.maxBytes = config.maxBytes().asLongValue();
  }

  /// Receives a whole body and makes it durable.
  ///
  /// @param announcedBytes what the sender said its size is; negative when it did not
  /// @param declared the digest that the sender computed
  /// @throws KumiaiException.Invalid `upload-too-large`, `content-digest-mismatch`
  /// @throws KumiaiException.StorageFull `storage-full`
  public Upload receive(InputStream body, long announcedBytes, Digest declared) {
    requireAllowed(announcedBytes);
    artifacts.requireRoom(Math.max(0, announcedBytes));
    Path file = artifacts.temporary();
    boolean whole = false;
    try {
      Digest digest = stream(body, file);
      if (!digest.equals(declared)) {
        throw new KumiaiException.Invalid(
            "content-digest-mismatch",
            "the body has the digest %s, Content-Digest says %s: send it again"
                .formatted(digest, declared));
      }
      whole = true;
      return new Upload(file, digest);
    } catch (IOException e) {
      artifacts.requireRoom(BLOCK_BYTES);
      throw new KumiaiException.Unavailable(
          "upload-interrupted", "the upload broke off: send it again", e);
    } finally {
      if (!whole) {
        remove(file);
      }
    }
  }

  private Digest stream(InputStream body, Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] block = new byte[BLOCK_BYTES];
    long received = 0;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int read = body.read(block); read >= 0; read = body.read(block)) {
        received += read;
        requireAllowed(received);
        sha256.update(block, 0, read);
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, read);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      channel.force(true);
    }
    return Digest.of(sha256);
  }

  private void requireAllowed(long bytes) {
    if (bytes > maxBytes) {
      throw new KumiaiException.Invalid(
          "upload-too-large",
          "an upload has at most %d bytes (kumiai.uploads.max-bytes)".formatted(maxBytes));
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next start removes it; the error that led here is the one to tell.
      org.jboss.logging.Logger.getLogger(Uploads.class)
          .warnf("temporary file left file=%s error=%s", file, e.getMessage());
    }
  }
}
