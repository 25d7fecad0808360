package dev.kumiai.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteFolderTest {

  private final SiteFolder folder = new SiteFolder(Path.of("/data/plant-a"));

  @Test
  void findsADataSetUnderPrivate() {
    assertThat(folder.privateData("castings")).isEqualTo(Path.of("/data/plant-a/private/castings"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../generated", "..", ".", "a/b", "/etc", "../../plant-b/private/x"})
  void staysInsideItsSite(String dataset) {
    assertThatThrownBy(() -> folder.privateData(dataset))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("dataset-name-invalid");
  }
}
