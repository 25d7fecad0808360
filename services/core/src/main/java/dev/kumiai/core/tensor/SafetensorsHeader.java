package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// The JSON at the start of a safetensors file: which tensor lies where. The format is that of
/// <https://github.com/huggingface/safetensors>: 8 bytes of length, little-endian; that many bytes
/// of JSON, padded with spaces; the values of all tensors without a gap.
///
/// @param entries in the order of their bytes
/// @param metadata the `__metadata__` map
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {

  static final int MAX_BYTES = 1 << 20;

  private static final Set<String> ENTRY_KEYS = Set.of("dtype", "shape", "data_offsets");

  /// One tensor.
  ///
  /// @param begin where its bytes start, counted from the end of the header
  record Entry(TensorSpec spec, long begin) {
    long end() {
      return begin + spec.bytes();
    }
  }

  /// Lays tensors out in file order: by element size, largest first, so that all are aligned
  /// (Python's safetensors cannot open others as torch tensors), and in the given order where that
  /// is equal.
  static SafetensorsHeader layOut(List<TensorSpec> specs, Map<String, String> metadata) {
    requireWritable(specs, metadata);
    List<TensorSpec> ordered = new ArrayList<>(specs);
    ordered.sort(Comparator.comparingInt((TensorSpec spec) -> spec.dtype().bytes()).reversed());
    List<Entry> entries = new ArrayList<>();
    long begin = 0;
    for (TensorSpec spec : ordered) {
      Entry entry = new Entry(spec, begin);
      entries.add(entry);
      begin = entry.end();
      if (begin < 0) {
        throw invalid("safetensors-too-large", "the tensors together have more than 2^63-1 bytes");
      }
    }
    return new SafetensorsHeader(entries, new TreeMap<>(metadata));
  }

  private static void requireWritable(List<TensorSpec> specs, Map<String, String> metadata) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw invalid("tensor-name-duplicate", "two tensors are called '" + spec.name() + "'");
      }
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(metadata.toString())) {
      throw invalid(
          "safetensors-metadata-malformed",
          "__metadata__ has a half of a surrogate pair: use valid Unicode");
    }
  }

  static SafetensorsHeader parse(byte[] header, long dataBytes) {
    if (header.length == 0 || header[0] != '{') {
      throw invalid("safetensors-header-start", "the header does not start with '{'");
    }
    Map<String, Json> members = members(decode(header));
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Located> located = new ArrayList<>();
    members.forEach(
        (name, json) -> {
          if (name.equals(TensorSpec.RESERVED_NAME)) {
            metadata.putAll(metadata(json));
          } else {
            located.add(entry(name, json));
          }
        });
    return new SafetensorsHeader(contiguous(located, dataBytes), metadata);
  }

  private static String decode(byte[] header) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw new KumiaiException.Invalid(
          "safetensors-header-not-utf8", "the header is not valid UTF-8", e);
    }
  }

  private static Map<String, Json> members(String text) {
    try {
      // It starts with '{', so it is an object or it is not JSON.
      return ((Json.Members) Json.parse(text)).byName();
    } catch (Json.Malformed e) {
      throw new KumiaiException.Invalid(
          "safetensors-header-not-json", "the header is not JSON: " + e.getMessage(), e);
    } catch (Json.DuplicateKey e) {
      throw new KumiaiException.Invalid(
          "safetensors-duplicate-key", "in the header, " + e.getMessage(), e);
    }
  }

  private static Map<String, String> metadata(Json json) {
    if (!(json instanceof Json.Members(Map<String, Json> members))) {
      throw invalid("safetensors-metadata-malformed", "__metadata__ is not an object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    members.forEach(
        (key, value) -> {
          if (!(value instanceof Json.Text(String text))) {
            throw invalid(
                "safetensors-metadata-malformed", "__metadata__ '" + key + "' is not a string");
          }
          metadata.put(key, text);
        });
    return metadata;
  }

  /// A tensor and what the header says about where it lies.
  private record Located(TensorSpec spec, long begin, long end) {}

  private static Located entry(String name, Json json) {
    if (!(json instanceof Json.Members(Map<String, Json> members))
        || !members.keySet().equals(ENTRY_KEYS)) {
      throw invalid(
          "safetensors-entry-malformed",
          "tensor '" + name + "' is not an object of dtype, shape and data_offsets alone");
    }
    DType dtype = dtype(name, member(members, "dtype"));
    List<Long> dimensions =
        wholes(member(members, "shape"), "safetensors-shape-malformed", "the shape of " + name);
    TensorSpec spec = new TensorSpec(name, dtype, new Shape(dimensions));
    List<Long> offsets =
        wholes(
            member(members, "data_offsets"),
            "safetensors-offsets-malformed",
            "data_offsets of '" + name + "'");
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw invalid(
          "safetensors-offsets-malformed",
          "data_offsets of '" + name + "' are not a begin and an end, but " + offsets);
    }
    Located located = new Located(spec, offsets.get(0), offsets.get(1));
    if (located.end - located.begin != spec.bytes()) {
      throw invalid(
          "safetensors-size-mismatch",
          "tensor '%s' of %s %s takes %d bytes, but data_offsets have %d"
              .formatted(name, dtype, spec.shape(), spec.bytes(), located.end - located.begin));
    }
    return located;
  }

  private static Json member(Map<String, Json> members, String key) {
    return Objects.requireNonNull(members.get(key));
  }

  private static DType dtype(String name, Json json) {
    for (DType dtype : DType.values()) {
      if (json instanceof Json.Text(String text) && dtype.safetensorsName().equals(text)) {
        return dtype;
      }
    }
    throw invalid(
        "safetensors-dtype-unsupported",
        "tensor '" + name + "' is neither F32, F16, BF16 nor I64: convert it first");
  }

  private static List<Long> wholes(Json json, String code, String what) {
    List<Long> wholes = new ArrayList<>();
    if (json instanceof Json.Elements(List<Json> list)) {
      for (Json element : list) {
        if (element instanceof Json.Whole(long value) && value >= 0) {
          wholes.add(value);
        }
      }
      if (wholes.size() == list.size()) {
        return wholes;
      }
    }
    throw invalid(code, what + " is not a list of whole numbers from 0 to 2^63-1");
  }

  private static List<Entry> contiguous(List<Located> located, long dataBytes) {
    located.sort(Comparator.comparingLong(Located::begin).thenComparingLong(Located::end));
    List<Entry> entries = new ArrayList<>();
    long end = 0;
    for (Located next : located) {
      String name = next.spec.name();
      if (next.begin < end) {
        throw invalid("safetensors-overlap", "tensor '" + name + "' overlaps the one before it");
      }
      if (next.begin > end) {
        throw invalid(
            "safetensors-hole",
            "%d bytes before tensor '%s' belong to no tensor".formatted(next.begin - end, name));
      }
      if (next.end > dataBytes) {
        throw invalid(
            "safetensors-truncated",
            "tensor '%s' ends at byte %d of the data, but there are only %d: send the whole file"
                .formatted(name, next.end, dataBytes));
      }
      entries.add(new Entry(next.spec, next.begin));
      end = next.end;
    }
    if (end < dataBytes) {
      throw invalid(
          "safetensors-trailing-bytes",
          "%d bytes at the end belong to no tensor".formatted(dataBytes - end));
    }
    return entries;
  }

  /// The first bytes of a file: the length and the JSON, padded with spaces to a multiple of 8
  /// bytes.
  ByteBuffer encode() {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      json.append("\"__metadata__\":{");
      metadata.forEach(
          (key, value) -> {
            quote(key, json);
            quote(value, json.append(':'));
            json.append(',');
          });
      json.setCharAt(json.length() - 1, '}');
      json.append(',');
    }
    for (Entry entry : entries) {
      quote(entry.spec.name(), json);
      json.append(":{\"dtype\":\"").append(entry.spec.dtype().safetensorsName());
      json.append("\",\"shape\":").append(list(entry.spec.shape().dimensions()));
      json.append(",\"data_offsets\":").append(list(List.of(entry.begin, entry.end())));
      json.append("},");
    }
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    byte[] bytes = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    int padded = (bytes.length + 7) & -8;
    if (padded > MAX_BYTES) {
      throw invalid(
          "safetensors-header-too-long",
          "a header of %d bytes is over the limit of %d: shorten names or metadata"
              .formatted(padded, MAX_BYTES));
    }
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded);
    header.order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(bytes);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static String list(List<Long> values) {
    return values.toString().replace(" ", "");
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  private static KumiaiException.Invalid invalid(String code, String message) {
    return new KumiaiException.Invalid(code, message);
  }
}
