package dev.kumiai.aggregation.store;

import dev.kumiai.core.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/// A part of a file, which can be read more than once.
///
/// @param channel of the file; stays open as long as this is used
record FilePart(FileChannel channel, long begin, long bytes) {

  private static final int BLOCK_BYTES = 1 << 16;

  Digest digest() throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] block = new byte[BLOCK_BYTES];
    try (InputStream part = open()) {
      for (int read = part.read(block); read >= 0; read = part.read(block)) {
        sha256.update(block, 0, read);
      }
    }
    return Digest.of(sha256);
  }

  InputStream open() {
    return new Stream();
  }

  private final class Stream extends InputStream {
    private long done;

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int most = (int) Math.min(length, bytes - done);
      if (most <= 0) {
        return length == 0 ? 0 : -1;
      }
      try {
        int read = channel.read(ByteBuffer.wrap(into, offset, most), begin + done);
        done += Math.max(0, read);
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
