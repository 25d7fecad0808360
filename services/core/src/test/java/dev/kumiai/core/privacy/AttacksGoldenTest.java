package dev.kumiai.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.privacy.LikelihoodRatioAttack.Deviation;
import dev.kumiai.core.quality.Golden;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both attacks agree with NumPy, SciPy and scikit-learn.
class AttacksGoldenTest {

  private static final double RELATIVE = 1e-6;

  private Golden golden;

  @BeforeEach
  void open() throws IOException, URISyntaxException {
    golden = new Golden();
  }

  @Test
  void theAttackByLossesIsThatOfScikitLearn() {
    AttackResult result =
        AttackResult.ofLosses(golden.doubles("yeom.members"), golden.doubles("yeom.others"));

    double[] expected = golden.expected("yeom");
    assertThat(result.members()).isEqualTo(300);
    assertThat(result.nonMembers()).isEqualTo(240);
    assertClose(result.advantage(), expected[0]);
    assertClose(result.bestAdvantage(), expected[1]);
    assertClose(result.auc(), expected[2]);
    assertThat(result.tprAt1PercentFpr()).isNotNull().isCloseTo(expected[3], within(RELATIVE));
  }

  @ParameterizedTest
  @EnumSource
  void likelihoodRatiosAreThoseOfSciPy(Deviation deviation) {
    String kind = deviation.name().toLowerCase(Locale.ROOT).replace('_', '-');
    double[] attacked = golden.doubles("lira.attacked");

    assertAllClose(
        LikelihoodRatioAttack.online(attacked, shadows(), deviation),
        golden.expected("lira.online." + kind));
    assertAllClose(
        LikelihoodRatioAttack.offline(attacked, shadows(), deviation),
        golden.expected("lira.offline." + kind));
  }

  private ShadowLosses shadows() {
    double[] losses = golden.doubles("lira.losses");
    long[] in = golden.longs("lira.in");
    int samples = golden.floats("lira.attacked").length;
    List<double[]> perModel = new ArrayList<>();
    List<boolean[]> trainedOn = new ArrayList<>();
    for (int start = 0; start < losses.length; start += samples) {
      perModel.add(Arrays.copyOfRange(losses, start, start + samples));
      boolean[] members = new boolean[samples];
      for (int s = 0; s < samples; s++) {
        members[s] = in[start + s] == 1;
      }
      trainedOn.add(members);
    }
    return new ShadowLosses(perModel, trainedOn);
  }

  private static void assertAllClose(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertClose(actual[i], expected[i]);
    }
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(RELATIVE * (1 + Math.abs(expected))));
  }
}
