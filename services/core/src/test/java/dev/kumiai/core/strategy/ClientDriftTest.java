package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientDriftTest {

  private static final Offset<Double> CLOSE = Offset.offset(1e-7);

  @TempDir private Path folder = Path.of("");
  private Models models = new Models(folder);

  @BeforeEach
  void openFolder() {
    models = new Models(folder);
  }

  private SafetensorsFile global(float... values) throws IOException {
    return models.store(Tensor.ofFloats("w", Shape.of(values.length), values));
  }

  @Test
  void isTheMeanDistanceFromTheMeanChangeRelativeToIt() throws IOException {
    // Changes (4, 0) and (0, 2): the mean is (2, 1), each is sqrt(5) from it, and so long is it.
    Updates updates =
        Updates.of(
            global(1, 1), List.of(models.update("a", 900, 5, 1), models.update("b", 1, 1, 3)));

    assertThat(ClientDrift.of(updates)).isCloseTo(1, CLOSE);
  }

  @Test
  void isNothingWhereAllSitesWantTheSame() throws IOException {
    Updates moved =
        Updates.of(
            global(0, 0, 0),
            List.of(models.update("a", 1, 3, 1, 4), models.update("b", 5, 3, 1, 4)));
    Updates still = Updates.of(global(3, 1), List.of(models.update("a", 1, 3, 1)));

    assertThat(ClientDrift.of(moved)).isZero();
    assertThat(ClientDrift.of(still)).isZero();
  }

  @Test
  void growsWithoutBoundWhereChangesCancelOut() throws IOException {
    Updates updates =
        Updates.of(
            global(0, 0), List.of(models.update("a", 1, 1, 0), models.update("b", 1, -1, 0)));

    assertThat(ClientDrift.of(updates)).isInfinite();
  }

  @Test
  void doesNotDependOnTheLengthOfTheChanges() throws IOException {
    List<float[]> changes = List.of(new float[] {1, 2}, new float[] {3, -1}, new float[] {0, 4});
    double[] drifts = new double[2];
    for (int i = 0; i < drifts.length; i++) {
      float scale = i == 0 ? 1 : 64;
      drifts[i] =
          ClientDrift.of(
              Updates.of(
                  global(0, 0),
                  List.of(
                      models.update("a", 1, scale * changes.get(0)[0], scale * changes.get(0)[1]),
                      models.update("b", 1, scale * changes.get(1)[0], scale * changes.get(1)[1]),
                      models.update(
                          "c", 1, scale * changes.get(2)[0], scale * changes.get(2)[1]))));
    }

    assertThat(drifts[1]).isCloseTo(drifts[0], CLOSE);
  }
}
