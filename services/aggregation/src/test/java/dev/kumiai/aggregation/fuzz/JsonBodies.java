package dev.kumiai.aggregation.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kumiai.protocol.KumiaiJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Every type that an endpoint reads as JSON, found in the API's document, so that none is
/// forgotten.
public final class JsonBodies {

  private static final String PACKAGE = "dev/kumiai/protocol";
  private static final String SCHEMAS = "#/components/schemas/";

  private JsonBodies() {}

  /// The types by their names in the document, in the order of the names.
  public static Map<String, Class<?>> byName() {
    try {
      Map<String, Class<?>> known = protocol();
      Map<String, Class<?>> bodies = new TreeMap<>();
      for (String name : names(Path.of("openapi.yaml"))) {
        Class<?> type = known.get(name);
        if (type == null) {
          throw new AssertionError(
              "an endpoint reads the JSON schema '%s', which is no type of the protocol: it has to be fuzzed"
                  .formatted(name));
        }
        bodies.put(name, type);
      }
      return bodies;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An input for each type, from which a fuzzer gets further.
  static List<byte[]> empty() {
    return byName().keySet().stream()
        .map(name -> (name + "\n{}").getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private static Set<String> names(Path document) throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode path : new YAMLMapper().readTree(document.toFile()).path("paths")) {
      for (JsonNode operation : path) {
        operation
            .path("requestBody")
            .path("content")
            .properties()
            .forEach(
                content -> {
                  if (content.getKey().endsWith("json")) {
                    names.add(content.getValue().at("/schema/$ref").asText().replace(SCHEMAS, ""));
                  }
                });
      }
    }
    return names;
  }

  private static Map<String, Class<?>> protocol() throws IOException {
    try {
      URI code = KumiaiJson.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path place = Path.of(code);
      if (Files.isDirectory(place)) {
        return classes(place);
      }
      try (FileSystem jar = FileSystems.newFileSystem(place)) {
        return classes(jar.getPath("/"));
      }
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Class<?>> classes(Path root) throws IOException {
    Map<String, Class<?>> classes = new HashMap<>();
    try (Stream<Path> files = Files.walk(root.resolve(PACKAGE))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace(".class", "").replace('/', '.');
        if (!name.endsWith("-info")) {
          Class<?> type = load(name);
          classes.put(type.getSimpleName(), type);
        }
      }
    }
    return classes;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
