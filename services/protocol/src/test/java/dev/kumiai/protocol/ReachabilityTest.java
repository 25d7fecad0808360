package dev.kumiai.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// In a native executable Jackson reads and writes only what its metadata names.
class ReachabilityTest {

  private static final Path CLASSES = Path.of("target/classes");
  private static final Path METADATA =
      Path.of(
          "src/main/resources/META-INF/native-image/dev.kumiai/kumiai-protocol",
          "reachability-metadata.json");

  private static final String WHY =
      "Jackson binds JSON to these records, enums and sealed interfaces: what is sent, and what of"
          + " it has parts in core. ReachabilityTest makes this file with -Dregenerate.";

  /// `./kumiai maven -pl services/protocol -am test -Dtest=ReachabilityTest -Dregenerate` renews
  /// it.
  @Test
  void everyTypeThatIsSentIsRegistered() throws IOException {
    String expected = metadata(bound());

    if (System.getProperty("regenerate") != null) {
      Files.createDirectories(METADATA.getParent());
      Files.writeString(METADATA, expected);
    }
    assertThat(METADATA).hasContent(expected);
  }

  private static SortedMap<String, Class<?>> bound() throws IOException {
    SortedMap<String, Class<?>> bound = new TreeMap<>();
    try (Stream<Path> files = Files.walk(CLASSES.resolve("dev/kumiai/protocol"))) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.startsWith(CLASSES.resolve("dev/kumiai/protocol/client")))
          .map(ReachabilityTest::load)
          .filter(type -> type.isRecord() || type.isEnum() || type.isSealed())
          .forEach(type -> reach(type, bound));
    }
    return bound;
  }

  private static Class<?> load(Path file) {
    String name = CLASSES.relativize(file).toString().replace('/', '.');
    try {
      return Class.forName(name.substring(0, name.length() - ".class".length()));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /// Adds a type of ours with all that it is made of.
  private static void reach(Type type, SortedMap<String, Class<?>> bound) {
    switch (type) {
      case ParameterizedType generic -> {
        reach(generic.getRawType(), bound);
        Stream.of(generic.getActualTypeArguments()).forEach(part -> reach(part, bound));
      }
      case GenericArrayType array -> reach(array.getGenericComponentType(), bound);
      case Class<?> array when array.isArray() -> reach(array.getComponentType(), bound);
      case Class<?> ours
          when ours.getName().startsWith("dev.kumiai.")
              && bound.putIfAbsent(ours.getName(), ours) == null -> {
        if (ours.isRecord()) {
          Stream.of(ours.getRecordComponents())
              .map(RecordComponent::getGenericType)
              .forEach(part -> reach(part, bound));
        }
        if (ours.isSealed()) {
          Stream.of(ours.getPermittedSubclasses()).forEach(part -> reach(part, bound));
        }
      }
      default -> {
        // Not ours, or known.
      }
    }
  }

  private static String metadata(SortedMap<String, Class<?>> bound) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode file = json.createObjectNode().put("comment", WHY);
    ArrayNode reflection = file.putArray("reflection");
    for (Class<?> type : bound.values()) {
      ObjectNode entry = reflection.addObject().put("type", type.getName());
      List.of("allDeclaredConstructors", "allDeclaredFields", "allDeclaredMethods")
          .forEach(all -> entry.put(all, true));
    }
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsString(file) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
