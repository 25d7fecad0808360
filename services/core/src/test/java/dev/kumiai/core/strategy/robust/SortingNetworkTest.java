package dev.kumiai.core.strategy.robust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SortingNetworkTest {

  @Property(seed = "20231210", tries = 400)
  void sortsTheWantedRowsOfAnyNumberOfColumns(
      @ForAll @IntRange(min = 1, max = 80) int rows,
      @ForAll @IntRange(max = 600) int columns,
      @ForAll long seed) {
    Random random = new Random(seed);
    int from = random.nextInt(rows);
    int to = from + 1 + random.nextInt(rows - from);
    float[][] values = new float[rows][columns + 5];
    float[][] expected = new float[columns][rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[row][column] = value(random);
        expected[column][row] = values[row][column];
      }
    }

    SortingNetwork.of(rows, from, to).sort(values, columns);

    for (int column = 0; column < columns; column++) {
      Arrays.sort(expected[column]); // in the order of Float.compare, -0 before 0
      for (int row = from; row < to; row++) {
        assertThat(Float.floatToRawIntBits(values[row][column]))
            .isEqualTo(Float.floatToRawIntBits(expected[column][row]));
      }
    }
  }

  private static float value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0f;
      case 1 -> -0f;
      case 2 -> random.nextBoolean() ? Float.MAX_VALUE : -Float.MIN_VALUE;
      default -> random.nextFloat() - 0.5f;
    };
  }
}
