package dev.kumiai.kubernetes.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionsTest {

  /// The chart has copies, for it can read only what is in its own folder.
  private static final List<Path> FOLDERS =
      List.of(Path.of("../../k8s/crds"), Path.of("../../helm/kumiai/files/crds"));

  /// `./kumiai maven -pl services/kubernetes -am test -Dtest=DefinitionsTest -Dregenerate` renews
  /// them.
  @Test
  void theCommittedDefinitionsAreThoseOfTheClasses() throws IOException {
    Map<String, String> definitions = new Definitions().all();

    for (Path folder : FOLDERS) {
      for (Map.Entry<String, String> definition : definitions.entrySet()) {
        Path file = folder.resolve(definition.getKey());
        if (System.getProperty("regenerate") != null) {
          Files.createDirectories(folder);
          Files.writeString(file, definition.getValue());
        }
        assertThat(file).hasContent(definition.getValue());
      }
    }
  }
}
