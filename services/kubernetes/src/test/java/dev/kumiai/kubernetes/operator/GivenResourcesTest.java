package dev.kumiai.kubernetes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GivenResourcesTest {

  private static final String RUNTIME =
      """
      apiVersion: kumiai.dev/v1alpha1
      kind: FederationRuntime
      metadata: {name: default}
      spec: {localTraining: {image: "kumiai-local-training:1"}}
      """;

  private static final String SITE =
      """
      apiVersion: kumiai.dev/v1alpha1
      kind: Site
      metadata: {name: plant-a, namespace: ml}
      spec: {}
      """;

  @TempDir private Path folder;

  private List<GenericKubernetesResource> read(String text) throws Exception {
    return GivenResources.read(Files.writeString(folder.resolve("resources.yaml"), text));
  }

  @Test
  void readsTheDocumentsOfTheFileInTheirOrder() throws Exception {
    assertThat(read("---\n" + RUNTIME + "---\n" + SITE))
        .extracting(resource -> resource.getKind() + " " + resource.getMetadata().getName())
        .containsExactly("FederationRuntime default", "Site plant-a");
  }

  @Test
  void aFileWithoutADocumentHasNoResources() throws Exception {
    assertThat(read("\n---\n\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
        "apiVersion: kumiai.dev/v1alpha1\nkind: FederatedRun\nmetadata: {name: a}\n",
        "apiVersion: kumiai.dev/v1alpha1\nkind: Site\nmetadata: {}\n",
        "apiVersion: kumiai.dev/v1\nkind: Site\nmetadata: {name: a}\n",
        "just text"
      })
  void refusesAnythingElseThanNamedRuntimesAndSites(String text) {
    assertThatThrownBy(() -> read(RUNTIME + "---\n" + text))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("given-resources-invalid"))
        .hasMessageContaining("resources.yaml of kumiai.kubernetes.resources");
  }

  @Test
  void saysThatTheFileIsNotThere() {
    assertThatThrownBy(() -> GivenResources.read(folder.resolve("resources.yaml")))
        .hasMessageEndingWith(
            "resources.yaml of kumiai.kubernetes.resources cannot be read: give a file of YAML"
                + " documents");
  }
}
