package dev.kumiai.core.tensor;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes a safetensors file: whole or not at all. Values go to a temporary file beside the target,
/// which is forced to the disk and then renamed. Equal tensors and metadata in equal order give
/// equal bytes.
///
/// [#write(Path, ModelWeights, Map)] writes a model at hand; the other way is to hand over the
/// values of [#specs] in order, block by block, so that a model need never be in memory.
public final class SafetensorsWriter implements AutoCloseable {

  /// The JDK copies a heap buffer that is written to a channel, whole, and keeps the copy: hence in
  /// slices.
  private static final int SLICE_BYTES = 1 << 17;

  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private final MessageDigest sha256 = Digest.sha256();
  private final List<TensorSpec> specs;
  private final long end;
  private final ByteBuffer slice =
      ByteBuffer.allocateDirect(SLICE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long at;

  private SafetensorsWriter(
      Path file, Path temporary, FileChannel channel, List<TensorSpec> specs) {
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.specs = specs;
    this.end = specs.stream().mapToLong(TensorSpec::bytes).sum();
  }

  /// Writes a whole model.
  ///
  /// @return the SHA-256 of the file
  public static Digest write(Path file, ModelWeights weights, Map<String, String> metadata)
      throws IOException {
    try (SafetensorsWriter writer = create(file, weights.specs(), metadata)) {
      for (TensorSpec spec : writer.specs()) {
        writer.write(weights.get(spec.name()).buffer());
      }
      return writer.finish();
    }
  }

  /// Starts a file of these tensors.
  ///
  /// @throws KumiaiException.Invalid `safetensors-header-too-long` when names and metadata do not
  ///   fit in 1 MiB
  public static SafetensorsWriter create(
      Path file, List<TensorSpec> specs, Map<String, String> metadata) throws IOException {
    SafetensorsHeader header = SafetensorsHeader.layOut(specs, metadata);
    ByteBuffer head = header.encode();
    Path target = file.toAbsolutePath();
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    SafetensorsWriter writer =
        new SafetensorsWriter(
            target,
            temporary,
            channel,
            header.entries().stream().map(SafetensorsHeader.Entry::spec).toList());
    try {
      writer.append(head);
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
    return writer;
  }

  /// The order in which values are expected: by element size, largest first, else as given.
  public List<TensorSpec> specs() {
    return specs;
  }

  /// Appends values, as little-endian bytes. A block may end anywhere.
  public void write(ByteBuffer block) throws IOException {
    at += block.remaining();
    if (at > end) {
      throw new IllegalStateException(
          "there are more values than the tensors of " + file + " hold");
    }
    append(block.duplicate());
  }

  /// Appends floats in the format of a tensor, rounded to nearest.
  public void writeFloats(DType dtype, float[] values, int offset, int length) throws IOException {
    int most = SLICE_BYTES / dtype.bytes();
    for (int done = 0; done < length; ) {
      int count = Math.min(most, length - done);
      dtype.writeFloats(values, offset + done, count, slice.clear());
      write(slice.limit(count * dtype.bytes()));
      done += count;
    }
  }

  /// Appends elements of an int64 tensor.
  public void writeLongs(long[] values, int offset, int length) throws IOException {
    int most = SLICE_BYTES / Long.BYTES;
    for (int done = 0; done < length; ) {
      int count = Math.min(most, length - done);
      slice.clear().asLongBuffer().put(values, offset + done, count);
      write(slice.limit(count * Long.BYTES));
      done += count;
    }
  }

  private void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      ByteBuffer next = bytes.slice(bytes.position(), Math.min(bytes.remaining(), SLICE_BYTES));
      bytes.position(bytes.position() + next.remaining());
      sha256.update(next.duplicate());
      while (next.hasRemaining()) {
        channel.write(next);
      }
    }
  }

  /// Makes the file durable and visible under its name, replacing one that is there.
  ///
  /// @return the SHA-256 of the file
  public Digest finish() throws IOException {
    if (at != end) {
      throw new IllegalStateException("%d of %d bytes were written".formatted(at, end));
    }
    channel.force(true);
    channel.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true); // a rename is durable when its folder is
    }
    return Digest.of(sha256);
  }

  /// Removes what was written unless it is finished.
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
