package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.classical.ClassicalAugmentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Over folders like those of Linux: few machines of tests have counters that can be read.
final class EnergyMeterTest {

  private static final Offset<Double> EXACT = Offset.offset(1e-9);

  @TempDir private Path counters;

  private void zone(String folder, String name, long microjoules) throws IOException {
    Path zone = Files.createDirectories(counters.resolve(folder));
    Files.writeString(zone.resolve("name"), name + "\n");
    Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850\n");
    Files.writeString(zone.resolve("energy_uj"), microjoules + "\n");
  }

  @Test
  void addsThePackagesUpAndNotTheirParts() throws Exception {
    zone("intel-rapl:0", "package-0", 5_000_000);
    zone("intel-rapl:1", "package-1", 1_000_000);
    zone("intel-rapl:0:0", "core", 0);
    zone("intel-rapl:2", "psys", 0);
    EnergyMeter meter = EnergyMeter.of(counters);
    EnergyMeter.Reading begun = meter.read();
    zone("intel-rapl:0", "package-0", 7_500_000);
    zone("intel-rapl:1", "package-1", 1_250_000);
    zone("intel-rapl:0:0", "core", 2_000_000);
    zone("intel-rapl:2", "psys", 9_000_000);

    assertThat(meter.since(begun)).isCloseTo(2.75, EXACT);
  }

  @Test
  void aCounterThatBeganAnewGoesOn() throws Exception {
    zone("intel-rapl:0", "package-0", 262_143_000_000L);
    EnergyMeter meter = EnergyMeter.of(counters);
    EnergyMeter.Reading begun = meter.read();
    zone("intel-rapl:0", "package-0", 671_150);

    assertThat(meter.since(begun)).isCloseTo(1.0, EXACT);
  }

  @Test
  void isPartOfWhatABatchCosts() throws Exception {
    zone("intel-rapl:0", "package-0", 5_000_000);
    try (Generator generator = new ClassicalAugmentation(Shades.FORM)) {
      BatchCost cost = BatchCost.begin(generator, EnergyMeter.of(counters));
      zone("intel-rapl:0", "package-0", 7_500_000);

      assertThat(cost.untilNow().joules()).isCloseTo(2.5, EXACT);
      assertThat(BatchCost.begin(generator, EnergyMeter.of(counters.resolve("none"))).untilNow())
          .satisfies(unknown -> assertThat(unknown.joules()).isNull())
          .satisfies(unknown -> assertThat(unknown.seconds()).isPositive());
    }
  }

  @Test
  void whatCannotBeReadIsNotTold() throws Exception {
    assertThat(EnergyMeter.of(counters.resolve("absent")).read()).isNull();
    assertThat(EnergyMeter.of(counters).read()).isNull();
    zone("intel-rapl:0", "package-0", 1);
    EnergyMeter meter = EnergyMeter.of(counters);
    EnergyMeter.Reading begun = meter.read();
    Files.delete(counters.resolve("intel-rapl:0/energy_uj"));

    assertThat(begun).isNotNull();
    assertThat(meter.since(begun)).isNull();
    assertThat(meter.since(null)).isNull();
  }
}
