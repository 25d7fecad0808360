package dev.kumiai.core.privacy;

import java.util.Arrays;
import java.util.List;

/// The losses of models that an attacker trained on parts of some samples. Immutable.
public final class ShadowLosses {

  private final List<double[]> losses;
  private final List<boolean[]> trainedOn;

  /// Copies what was measured.
  ///
  /// @param losses for each model the losses of all samples in nats, `[models][n]`
  /// @param trainedOn for each model whether each sample was in its training set, `[models][n]`
  public ShadowLosses(List<double[]> losses, List<boolean[]> trainedOn) {
    if (losses.isEmpty() || losses.size() != trainedOn.size()) {
      throw new IllegalArgumentException(
          losses.size() + " models with losses and " + trainedOn.size() + " training sets");
    }
    int samples = losses.getFirst().length;
    for (int m = 0; m < losses.size(); m++) {
      if (losses.get(m).length != samples || trainedOn.get(m).length != samples) {
        throw new IllegalArgumentException("all models are asked about the same samples");
      }
    }
    this.losses = losses.stream().map(double[]::clone).toList();
    this.trainedOn = trainedOn.stream().map(boolean[]::clone).toList();
  }

  public int models() {
    return losses.size();
  }

  public int samples() {
    return losses.getFirst().length;
  }

  /// Losses of all samples in nats, `[n]`, of a model.
  public double[] losses(int model) {
    return losses.get(model).clone();
  }

  /// For each sample the scaled confidences of the models that were, or were not, trained on it.
  double[][] confidences(boolean in) {
    double[][] confidences = new double[samples()][];
    for (int s = 0; s < confidences.length; s++) {
      double[] found = new double[models()];
      int count = 0;
      for (int m = 0; m < models(); m++) {
        if (trainedOn.get(m)[s] == in) {
          found[count++] = LikelihoodRatioAttack.scaledConfidence(losses.get(m)[s]);
        }
      }
      confidences[s] = Arrays.copyOf(found, count);
    }
    return confidences;
  }
}
