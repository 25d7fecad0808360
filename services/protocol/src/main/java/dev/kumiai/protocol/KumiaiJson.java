package dev.kumiai.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.run.GeneratorRef;
import java.io.IOException;
import java.util.function.Function;

/// How Kumiai's types look in JSON: ids, digests and generators are strings, times are ISO 8601,
/// and a field nobody knows is an error, because it is a misspelt one.
public final class KumiaiJson {

  private KumiaiJson() {}

  /// A mapper of one's own.
  public static ObjectMapper mapper() {
    return configure(new ObjectMapper());
  }

  /// Teaches `mapper` Kumiai's types and strictness.
  public static ObjectMapper configure(ObjectMapper mapper) {
    SimpleModule ids = new SimpleModule("kumiai");
    addText(ids, Digest.class, Digest::parse);
    addText(ids, PilotId.class, PilotId::new);
    addText(ids, RunId.class, RunId::new);
    addText(ids, SiteId.class, SiteId::new);
    addText(ids, TaskId.class, TaskId::new);
    addText(ids, GeneratorRef.class, GeneratorRef::parse);
    return mapper
        .registerModule(ids)
        .registerModule(new JavaTimeModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
  }

  private static <T> void addText(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(type, new TextSerializer<>(type));
    module.addDeserializer(type, new TextDeserializer<>(type, parse));
  }

  private static final class TextSerializer<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    TextSerializer(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(value.toString());
    }
  }

  private static final class TextDeserializer<T> extends FromStringDeserializer<T> {
    private static final long serialVersionUID = 1L;
    private final transient Function<String, T> parse;

    TextDeserializer(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    protected T _deserialize(String value, DeserializationContext context) throws IOException {
      try {
        return parse.apply(value);
      } catch (KumiaiException.Invalid e) {
        String why = String.valueOf(e.getMessage());
        throw (JsonMappingException)
            context.weirdStringException(value, handledType(), why).initCause(e);
      }
    }
  }
}
