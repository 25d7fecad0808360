package dev.kumiai.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunSeed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What holds for all labels.
class PartitionLawsTest {

  @Property(seed = "20260101", tries = 500)
  void everySampleIsAtExactlyOneSiteAndTheSeedDecidesWhich(
      @ForAll("partitioners") Partitioner partitioner,
      @ForAll @Size(min = 30, max = 200) List<@IntRange(max = 9) Integer> classes,
      @ForAll @IntRange(min = 1, max = 10) int sites,
      @ForAll long seed) {
    int[] labels = classes.stream().mapToInt(Integer::intValue).toArray();

    List<int[]> parts = assign(partitioner, labels, sites, seed);

    assertThat(parts).hasSize(sites);
    assertThat(parts.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, labels.length).toArray());
    assertThat(assign(partitioner, labels, sites, seed))
        .usingRecursiveComparison()
        .isEqualTo(parts);
  }

  private static List<int[]> assign(Partitioner partitioner, int[] labels, int sites, long seed) {
    return partitioner.assign(labels, sites, new RunSeed(seed).generator("partition", 0, ""));
  }

  @Provide
  Arbitrary<Partitioner> partitioners() {
    return Arbitraries.of("iid", "dirichlet:0.1:0", "dirichlet:1:1", "shards:1", "shards:3")
        .map(Partitioner::parse);
  }
}
