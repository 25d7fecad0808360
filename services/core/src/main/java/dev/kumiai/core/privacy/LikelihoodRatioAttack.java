package dev.kumiai.core.privacy;

import java.util.Arrays;

/// LiRA, the likelihood ratio attack (Carlini et al. 2022, arXiv 2112.03570): is the confidence of
/// the attacked model in a sample like that of shadow models that were trained on the sample, or
/// like that of those that were not?
///
/// Confidences are scaled to `f = log(p / (1 - p))` of the probability p of the sample's class,
/// which is about Gaussian over models. Online: `score = log N(f; m_in, s_in^2) - log N(f; m_out,
/// s_out^2)`, from shadow models of both kinds for each sample. Offline: `score = (f - m_out) /
/// s_out`, from shadow models that were not trained on it; the paper's `Phi` of that, without Phi,
/// which keeps the order and does not round to 1.
///
/// Deviation of few models are poorly known, so one deviation for all samples is the better choice
/// below 64 shadow models (section VI.B of the paper). Here it is the root of the mean over samples
/// of their unbiased variances; the paper's code takes the deviation of all confidences around one
/// mean, which counts the difference between samples as noise.
public final class LikelihoodRatioAttack {

  /// Of each kind, the deviation takes two.
  public static final int LEAST_SHADOWS = 4;

  /// Nobody who tries an attack waits for more.
  public static final int MOST_SHADOWS = 64;

  private static final double SMALLEST_DEVIATION = 1e-12;

  private LikelihoodRatioAttack() {}

  /// Whether each sample can be in half of so many models' training sets, and there are enough.
  public static boolean isPossible(int shadows) {
    return shadows >= LEAST_SHADOWS && shadows <= MOST_SHADOWS && shadows % 2 == 0;
  }

  /// How the deviation of the confidences is known.
  public enum Deviation {
    /// For each sample by itself; takes many shadow models.
    PER_SAMPLE,
    /// One for all samples.
    SHARED
  }

  /// `log(p / (1 - p))` of a probability that is told as its loss `-log p` in nats, without loss of
  /// digits near 1; finite for any loss from 0 on.
  public static double scaledConfidence(double loss) {
    if (!(loss >= 0)) {
      throw new IllegalArgumentException("a loss is at least 0, not " + loss);
    }
    double bounded = Math.clamp(loss, Double.MIN_NORMAL, Double.MAX_VALUE);
    return -bounded - Math.log(-Math.expm1(-bounded));
  }

  /// Scores of all samples, `[n]`, higher for members.
  ///
  /// @param attacked losses of the attacked model, `[n]`
  /// @param shadows each sample is in at least 2 of the models' training sets and not in at least 2
  public static double[] online(double[] attacked, ShadowLosses shadows, Deviation deviation) {
    double[][] in = shadows.confidences(true);
    double[][] out = shadows.confidences(false);
    double[] inVariances = variances(in, deviation);
    double[] outVariances = variances(out, deviation);
    double[] scores = new double[attacked.length];
    for (int i = 0; i < scores.length; i++) {
      double confidence = scaledConfidence(attacked[i]);
      scores[i] =
          logDensity(confidence, mean(in[i]), inVariances[i])
              - logDensity(confidence, mean(out[i]), outVariances[i]);
    }
    return scores;
  }

  /// Scores of all samples, `[n]`, higher for members.
  ///
  /// @param attacked losses of the attacked model, `[n]`
  /// @param shadows each sample is not in at least 2 of the models' training sets
  public static double[] offline(double[] attacked, ShadowLosses shadows, Deviation deviation) {
    double[][] out = shadows.confidences(false);
    double[] variances = variances(out, deviation);
    double[] scores = new double[attacked.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (scaledConfidence(attacked[i]) - mean(out[i])) / Math.sqrt(variances[i]);
    }
    return scores;
  }

  /// Without the constant that cancels.
  private static double logDensity(double value, double mean, double variance) {
    return -Math.log(variance) / 2 - (value - mean) * (value - mean) / (2 * variance);
  }

  private static double[] variances(double[][] confidences, Deviation deviation) {
    double[] variances = new double[confidences.length];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = variance(confidences[i]);
    }
    switch (deviation) {
      case PER_SAMPLE -> {}
      case SHARED -> Arrays.fill(variances, mean(variances));
    }
    double least = SMALLEST_DEVIATION * SMALLEST_DEVIATION;
    return Arrays.stream(variances).map(variance -> Math.max(least, variance)).toArray();
  }

  private static double variance(double[] values) {
    if (values.length < 2) {
      throw new IllegalArgumentException(
          "a sample has the losses of " + values.length + " shadow models of one kind, not 2");
    }
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return squares / (values.length - 1);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
