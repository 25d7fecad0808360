package dev.kumiai.aggregation.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// JSON of nearly a megabyte that takes a careless reader a long time or much memory.
final class AwkwardJson {

  private static final int BYTES = 1_000_000;

  private AwkwardJson() {}

  /// Texts by what is awkward about them.
  static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("deep lists", "[".repeat(BYTES));
    all.put("deep objects", "{\"a\":".repeat(BYTES / 5));
    all.put("a long number", "{\"seed\":" + "9".repeat(BYTES) + "}");
    all.put("a long fraction", "{\"fraction\":0." + "9".repeat(BYTES) + "}");
    all.put("a large exponent", "{\"seed\":1e999999999}");
    all.put("a long text", "{\"name\":\"" + "a".repeat(BYTES) + "\"}");
    all.put("a long key", "{\"" + "a".repeat(BYTES) + "\":1}");
    all.put("many unknown keys", object("\"k%d\":0"));
    all.put("one key again and again", "{" + "\"a\":1,".repeat(BYTES / 6) + "\"a\":1}");
    all.put("many wrong sites", "{\"sites\":[" + list("\"A%d\"") + "]}");
    all.put("many right sites", "{\"sites\":[" + list("\"a%d\"") + "]}");
    all.put("many wrong classes", "{\"data\":{\"classes\":[" + list("[%d]") + "]}}");
    all.put("many counts", "{\"dataset\":\"d\",\"perClass\":" + object("\"k%d\":-1") + "}");
    all.put("many wrong counts", "{\"dataset\":\"d\",\"perClass\":" + object("\"k%d\":[]") + "}");
    all.put("many kinds", "{\"kinds\":[" + list("\"T%d\"") + "]}");
    all.put("many violations", "{\"violations\":[" + list("{\"x\":%d}") + "]}");
    all.put("many hits", "{\"kind\":\"EVALUATE\",\"perClass\":[" + list("{\"label\":%d}") + "]}");
    all.put("parameters", "{\"strategy\":{\"parameters\":" + object("\"k%d\":\"x\"") + "}}");
    all.put("spaces", " ".repeat(BYTES));
    all.put("zeros", "\0".repeat(BYTES));
    return all;
  }

  /// Safetensors files whose header has the longest length that is allowed.
  static Map<String, byte[]> headers() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    all().forEach((what, json) -> headers.put(what, file(json)));
    headers.put(
        "many empty tensors",
        file(object("\"t%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}")));
    headers.put(
        "a shape of many dimensions",
        file("{\"t\":{\"dtype\":\"F32\",\"shape\":[" + list("1") + "],\"data_offsets\":[0,4]}}"));
    headers.put("much metadata", file("{\"__metadata__\":" + object("\"k%d\":\"\"") + "}"));
    return headers;
  }

  private static byte[] file(String json) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static String object(String member) {
    return "{" + list(member) + "}";
  }

  private static String list(String element) {
    int bytes = element.length() + 5;
    return IntStream.range(0, BYTES / bytes)
        .mapToObj(i -> element.replace("%d", String.valueOf(i)))
        .collect(Collectors.joining(","));
  }
}
