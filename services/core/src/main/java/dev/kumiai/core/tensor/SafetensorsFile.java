package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A safetensors file, validated and mapped into memory, of any size. All reads are thread-safe.
///
/// [#close] makes reads fail and lets go of the mapping. The JDK unmaps when nothing refers to it
/// any more, at some later garbage collection: the views of [#weights] stay valid, and the space of
/// a deleted file is not free at once.
public final class SafetensorsFile implements AutoCloseable {

  private static final int FINITE_BLOCK = 1 << 14;

  private final String fileName;
  private final SafetensorsHeader header;
  private final List<TensorSpec> specs;
  private final Map<String, Integer> indexes = new HashMap<>();
  private volatile @Nullable MappedWindows windows;

  private SafetensorsFile(String fileName, SafetensorsHeader header, MappedWindows windows) {
    this.fileName = fileName;
    this.header = header;
    this.specs = header.entries().stream().map(SafetensorsHeader.Entry::spec).toList();
    this.windows = windows;
    for (int i = 0; i < specs.size(); i++) {
      indexes.put(specs.get(i).name(), i);
    }
  }

  /// Opens a file and validates its header; values are not looked at, see [#requireFinite].
  ///
  /// @throws KumiaiException.Invalid with a code for each way in which the file can be wrong
  public static SafetensorsFile open(Path file) throws IOException {
    return open(file, MappedWindows.MAX_BYTES);
  }

  static SafetensorsFile open(Path file, int windowBytes) throws IOException {
    String name = String.valueOf(file.getFileName());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] json = readHeader(channel);
      long dataBegin = Long.BYTES + (long) json.length;
      SafetensorsHeader header = SafetensorsHeader.parse(json, channel.size() - dataBegin);
      return new SafetensorsFile(
          name, header, new MappedWindows(channel, dataBegin, header.entries(), windowBytes));
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(e.code(), name + ": " + e.getMessage(), e);
    }
  }

  private static byte[] readHeader(FileChannel channel) throws IOException {
    if (channel.size() < Long.BYTES) {
      throw new KumiaiException.Invalid(
          "safetensors-too-short",
          "a safetensors file starts with 8 bytes of header length, this one has "
              + channel.size());
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long bytes = length.getLong(0);
    if (bytes < 0 || bytes > SafetensorsHeader.MAX_BYTES) {
      throw new KumiaiException.Invalid(
          "safetensors-header-too-long",
          "a header of %s bytes is over the limit of %d: is it a safetensors file?"
              .formatted(Long.toUnsignedString(bytes), SafetensorsHeader.MAX_BYTES));
    }
    if (bytes > channel.size() - Long.BYTES) {
      throw new KumiaiException.Invalid(
          "safetensors-header-truncated",
          "the file ends within its header of " + bytes + " bytes: send the whole file");
    }
    ByteBuffer json = ByteBuffer.allocate((int) bytes);
    readFully(channel, json, Long.BYTES);
    return json.array();
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
  }

  /// What tensors there are, in the order of their bytes.
  public List<TensorSpec> specs() {
    return specs;
  }

  /// The strings that the writer attached.
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /// The index in [#specs] of the tensor of this name.
  ///
  /// @throws KumiaiException.Invalid `tensor-missing`
  public int indexOf(String name) {
    Integer index = indexes.get(name);
    if (index == null) {
      throw new KumiaiException.Invalid(
          "tensor-missing", fileName + " has no tensor '" + name + "'");
    }
    return index;
  }

  /// All tensors, as views of the mapped file.
  ///
  /// @throws KumiaiException.Invalid `tensor-over-2-gib` when a tensor is too large for one buffer
  public ModelWeights weights() {
    MappedWindows mapped = mapped();
    List<Tensor> tensors = new ArrayList<>();
    for (SafetensorsHeader.Entry entry : header.entries()) {
      TensorSpec spec = entry.spec();
      if (!mapped.inOneWindow(entry.begin(), spec.bytes())) {
        throw new KumiaiException.Invalid(
            "tensor-over-2-gib",
            "%s: tensor '%s' has %d bytes, more than a buffer holds: read it block by block"
                .formatted(fileName, spec.name(), spec.bytes()));
      }
      tensors.add(Tensor.of(spec, mapped.view(entry.begin(), spec.bytes())));
    }
    return ModelWeights.of(tensors);
  }

  /// Copies elements of one tensor, widened to float32 without loss.
  ///
  /// @param tensor its index in [#specs]
  /// @throws KumiaiException.Invalid `tensor-not-floating` for int64
  public void readFloats(int tensor, long fromElement, float[] into, int offset, int length) {
    DType dtype = specs.get(tensor).dtype();
    forEachPart(
        tensor,
        fromElement,
        length,
        (part, done, count) -> dtype.readFloats(part, into, offset + done, count));
  }

  /// Copies elements of one int64 tensor.
  ///
  /// @param tensor its index in [#specs]
  /// @throws KumiaiException.Invalid `tensor-not-integer` for the floating-point formats
  public void readLongs(int tensor, long fromElement, long[] into, int offset, int length) {
    TensorSpec spec = specs.get(tensor);
    if (spec.dtype() != DType.I64) {
      throw new KumiaiException.Invalid(
          "tensor-not-integer", "tensor '%s' is %s, not I64".formatted(spec.name(), spec.dtype()));
    }
    forEachPart(
        tensor,
        fromElement,
        length,
        (part, done, count) -> part.asLongBuffer().get(into, offset + done, count));
  }

  /// Refuses NaN and infinite values, reading the whole file once.
  ///
  /// @throws KumiaiException.Invalid `tensor-not-finite`, naming the first such element of a tensor
  public void requireFinite() {
    for (int tensor = 0; tensor < specs.size(); tensor++) {
      TensorSpec spec = specs.get(tensor);
      for (long at = 0; at < spec.elements(); at += FINITE_BLOCK) {
        long blockBegin = at;
        int length = (int) Math.min(FINITE_BLOCK, spec.elements() - at);
        forEachPart(
            tensor,
            at,
            length,
            (part, done, count) -> {
              int first = spec.dtype().firstNotFinite(part, count);
              if (first >= 0) {
                throw new KumiaiException.Invalid(
                    "tensor-not-finite",
                    "element %d of tensor '%s' is not a finite number: did the training diverge?"
                        .formatted(blockBegin + done + first, spec.name()));
              }
            });
      }
    }
  }

  private MappedWindows mapped() {
    MappedWindows mapped = windows;
    if (mapped == null) {
      throw new IllegalStateException(fileName + " is closed");
    }
    return mapped;
  }

  private void forEachPart(int tensor, long fromElement, int length, MappedWindows.Part part) {
    SafetensorsHeader.Entry entry = header.entries().get(tensor);
    Objects.checkFromIndexSize(fromElement, length, entry.spec().elements());
    int size = entry.spec().dtype().bytes();
    mapped().read(entry.begin() + fromElement * size, size, length, part);
  }

  @Override
  public void close() {
    windows = null;
  }
}
