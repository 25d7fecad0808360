package dev.kumiai.protocol.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateMetadataTest {

  private static final Map<String, String> LEAST =
      Map.of("kumiai.examples", "3", "kumiai.training_loss", "0.5");

  private static Map<String, String> with(String key, String value) {
    Map<String, String> metadata = new HashMap<>(LEAST);
    metadata.put(key, value);
    return metadata;
  }

  @Test
  void readsWhatItWrites() {
    UpdateMetadata all = new UpdateMetadata(3, 0.1 + 0.2, 7L, 1e-300);
    UpdateMetadata least = new UpdateMetadata(3, 0.5, null, null);

    assertThat(UpdateMetadata.parse(all.toMap())).isEqualTo(all);
    assertThat(UpdateMetadata.parse(least.toMap())).isEqualTo(least);
    assertThat(least.toMap()).isEqualTo(LEAST);
  }

  @ParameterizedTest
  @CsvSource({
    "kumiai.examples, 0, update-examples-invalid",
    "kumiai.training_loss, NaN, update-loss-not-finite",
    "kumiai.steps, 0, update-steps-invalid",
    "kumiai.steps, 1.5, update-metadata-invalid",
    "kumiai.steps, 9223372036854775808, update-metadata-invalid",
    "kumiai.initial_loss, NaN, update-loss-invalid",
    "kumiai.initial_loss, Infinity, update-loss-invalid",
    "kumiai.initial_loss, -0.1, update-loss-invalid",
    "kumiai.initial_loss, high, update-metadata-invalid"
  })
  void namesWhatCannotBe(String key, String value, String code) {
    assertThatThrownBy(() -> UpdateMetadata.parse(with(key, value)))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo(code);
  }
}
