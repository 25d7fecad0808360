package dev.kumiai.protocol.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static Sweep read(String json) throws JsonProcessingException {
    return KumiaiJson.mapper().readValue(json, Sweep.class);
  }

  @Test
  void nothingIsAuto() throws Exception {
    assertThat(read("{}")).isEqualTo(Sweep.AUTO);
    assertThat(read("{\"repetitions\": 3}"))
        .isEqualTo(new Sweep(Sweep.AUTO.multiples(), Sweep.AUTO.guidances(), 3));
    assertThat(read("{\"multiples\": [0.5]}")).isEqualTo(new Sweep(List.of(0.5), List.of(), null));
  }

  @Test
  void aSweepChoosesInAllRepetitionsUnlessItSaysHowMany() {
    assertThat(new Sweep(List.of(1.0), List.of(), null).choosing(5)).isEqualTo(5);
    assertThat(new Sweep(List.of(1.0), List.of(), 2).choosing(5)).isEqualTo(2);
    assertThat(new Sweep(List.of(1.0), List.of(), 9).choosing(5)).isEqualTo(5);
  }

  @Test
  void anAmountChangesNothingOfAGenerationButHowMuchAndWhatSteers() {
    GenerationSpec usual =
        GenerationSpec.ofTotal(new GeneratorRef.File(Digest.of(new byte[] {1})), 40)
            .withAllocation(GenerationSpec.Allocation.EQUAL)
            .withSampling(3, 50)
            .withFilters(FilterSpec.DEFAULT.withNearCopies(false));

    GenerationSpec changed = new Amount(null, 2.0, Guidance.MIXED, 0.5).in(usual);

    assertThat(changed.totalSamples()).isNull();
    assertThat(changed.multiple()).isEqualTo(2.0);
    assertThat(changed)
        .usingRecursiveComparison()
        .ignoringFields("totalSamples", "multiple")
        .isEqualTo(usual.withGuidance(Guidance.MIXED, 0.5));
  }
}
