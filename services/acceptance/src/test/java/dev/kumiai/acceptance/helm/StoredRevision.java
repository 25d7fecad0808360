package dev.kumiai.acceptance.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// The chart and the values that Helm stored with a revision of a release: a Secret with compressed
/// JSON, in which files are Base64.
///
/// @param chart folder that is gone when this is closed
/// @param values YAML
record StoredRevision(Path chart, String values) implements AutoCloseable {

  static StoredRevision read(ChartRelease release, int revision) {
    String secret = "sh.helm.release.v1." + release.name() + ".v" + revision;
    String encoded =
        release.kubectl().run("get", "secret", secret, "--output=jsonpath={.data.release}");
    try {
      byte[] compressed = decode(new String(decode(encoded), StandardCharsets.US_ASCII));
      try (var json = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
        return unpack(Chart.YAML.readTree(json.readAllBytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredRevision unpack(JsonNode stored) throws IOException {
    Path folder = Files.createTempDirectory("revision");
    JsonNode chart = stored.at("/chart");
    Chart.YAML.writeValue(folder.resolve("Chart.yaml").toFile(), chart.at("/metadata"));
    Chart.YAML.writeValue(folder.resolve("values.yaml").toFile(), chart.at("/values"));
    if (chart.hasNonNull("schema")) {
      Files.write(folder.resolve("values.schema.json"), decode(chart.at("/schema").asText()));
    }
    for (String kind : new String[] {"templates", "files"}) {
      for (JsonNode file : chart.path(kind)) {
        Path to = folder.resolve(file.at("/name").asText());
        Files.createDirectories(to.getParent());
        Files.write(to, decode(file.at("/data").asText()));
      }
    }
    JsonNode values = stored.path("config");
    return new StoredRevision(
        folder, values.isObject() ? Chart.YAML.writeValueAsString(values) : "");
  }

  private static byte[] decode(String text) {
    return Base64.getDecoder().decode(text);
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(chart)) {
      files.sorted(Comparator.reverseOrder()).forEach(Chart::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
