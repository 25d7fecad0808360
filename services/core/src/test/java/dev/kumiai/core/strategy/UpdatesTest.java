package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdatesTest {

  @TempDir private Path folder;

  private Models models;

  @BeforeEach
  void store() {
    models = new Models(folder);
  }

  @Test
  void areInTheOrderOfTheirSitesNames() throws IOException {
    Updates updates =
        Models.updates(
            models.update("plant-b", 1, 1),
            models.update("plant-a", 2, 1),
            models.update("a", 4, 1));

    assertThat(updates.list())
        .extracting(update -> update.site().value())
        .containsExactly("a", "plant-a", "plant-b");
    assertThat(updates.examples()).isEqualTo(7);
  }

  @Test
  void refusesWhatDoesNotBelongTogether() throws IOException {
    SafetensorsFile global = models.store(Tensor.ofFloats("w", Shape.of(2), new float[2]));
    Update good = models.update("a", 1, 1, 2);

    assertInvalid("updates-none", () -> Updates.of(global, List.of()));
    assertInvalid("update-site-duplicate", () -> Updates.of(global, List.of(good, good)));
    assertInvalid("update-examples-invalid", () -> models.update("a", 0, 1, 2));
    Update most = models.update("b", Long.MAX_VALUE, 1, 2);
    assertInvalid("update-examples-overflow", () -> Updates.of(global, List.of(good, most)));
    Update longer = models.update("b", 1, 1, 2, 3);
    assertInvalid("tensor-shape-mismatch", () -> Updates.of(global, List.of(good, longer)));
  }

  private static void assertInvalid(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
