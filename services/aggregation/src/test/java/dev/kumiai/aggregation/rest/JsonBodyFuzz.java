package dev.kumiai.aggregation.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.aggregation.config.UploadConfig;
import dev.kumiai.aggregation.fuzz.Effort;
import dev.kumiai.aggregation.fuzz.JsonBodies;
import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.run.FormChecks;
import dev.kumiai.protocol.KumiaiJson;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A JSON body of any bytes for any endpoint that reads one. The first line of the input is the
/// name of the type, the rest is the body.
public final class JsonBodyFuzz {

  private static final Map<String, Class<?>> BODIES = JsonBodies.byName();
  private static final ObjectMapper MAPPER = KumiaiJson.mapper();
  private static final StrictJson JSON = new StrictJson(FormChecks.standalone(), new Limits());

  private JsonBodyFuzz() {}

  private static final class Limits implements UploadConfig {
    @Override
    public MemorySize maxBytes() {
      return new MemorySize(BigInteger.ONE);
    }

    @Override
    public MemorySize maxJsonBytes() {
      return new MemorySize(BigInteger.valueOf(16 << 20));
    }
  }

  /// What is done once is not done in the time of the first input.
  public static void fuzzerInitialize() throws Exception {
    fuzzerTestOneInput("RunSpec\n{}".getBytes(StandardCharsets.UTF_8));
  }

  public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
    int line = 0;
    while (line < bytes.length && bytes[line] != '\n') {
      line++;
    }
    Class<?> type = BODIES.get(new String(bytes, 0, line, StandardCharsets.UTF_8));
    if (type != null && line < bytes.length) {
      ByteArrayInputStream body =
          new ByteArrayInputStream(bytes, line + 1, bytes.length - line - 1);
      Effort.bounded(bytes.length, () -> requireSameWhenStored(JSON.read(body, type), type));
    }
  }

  /// What was accepted is kept as JSON, and read again.
  private static void requireSameWhenStored(Object value, Class<?> type) throws Exception {
    byte[] stored = MAPPER.writeValueAsBytes(value);
    Object again = MAPPER.readValue(stored, type);
    if (!again.equals(value)) {
      throw new AssertionError(value + " became " + again);
    }
  }
}
