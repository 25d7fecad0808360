package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.quality.SiteClassifier;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SiteClassifiersTest {

  private final SiteClassifiers classifiers = new SiteClassifiers();
  private final RealSamples real = new RealSamples(Shades.images(30));

  private Optional<SiteClassifier> train(RealSamples samples, long seed) {
    return classifiers.of(samples, seed, EngineDevice.cpu(1), Progress.SILENT);
  }

  @Test
  void trainsOnceForTheSameSamplesAndSeed() {
    SiteClassifier first = train(real, 1).orElseThrow();

    assertThat(train(new RealSamples(Shades.images(30)), 1)).containsSame(first);
    assertThat(train(real, 2)).isPresent().get().isNotSameAs(first);
    assertThat(train(new RealSamples(Shades.images(31)), 1)).isPresent().get().isNotSameAs(first);
  }

  @Test
  void remembersThatThereWereTooFewSamples() {
    RealSamples few = new RealSamples(Shades.images(3));

    assertThat(train(few, 1)).isEmpty();
    assertThat(train(few, 1)).isEmpty();
  }

  @Test
  void forgetsTheOldest() {
    SiteClassifier first = train(real, 0).orElseThrow();
    RealSamples few = new RealSamples(Shades.images(3));
    for (int seed = 1; seed <= 15; seed++) {
      train(few, seed);
    }
    assertThat(train(real, 0)).as("of 16").containsSame(first);
    for (int seed = 16; seed <= 31; seed++) {
      train(few, seed);
    }

    assertThat(train(real, 0)).as("after 16 others").isPresent().get().isNotSameAs(first);
  }
}
