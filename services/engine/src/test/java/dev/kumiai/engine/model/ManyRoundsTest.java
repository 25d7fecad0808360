package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.engine.SteadyJvm;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ManyRoundsTest {

  private static final int ROUNDS = 1_000;

  @ParameterizedTest
  @ValueSource(strings = {"CNN", "tiny.pt"})
  void takesNoMoreMemoryAfterManyRounds(String network) throws IOException, InterruptedException {
    // When
    List<Long> residentKib = SteadyJvm.run(ManyRounds.class, String.valueOf(ROUNDS), network);

    // Then: 2 KiB in each round of the second half, less than the smallest network's weights, would
    // be 1 MiB
    assertThat(residentKib).hasSize(ROUNDS / 50);
    assertThat(residentKib.getLast() - residentKib.get(residentKib.size() / 2)).isLessThan(1024);
  }
}
