package dev.kumiai.engine.generator;

import dev.kumiai.core.RunSeed;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;
import java.util.random.RandomGenerator;

/// Measures a denoiser on images it was not trained on: by its loss, and by how often an image's
/// own class explains it best.
///
/// The error of class c for an image is the mean over four times and noises of `(v(z, t, c) -
/// v)^2`; the class with the least error is the one that the generator takes the image for ("Your
/// diffusion model is secretly a zero-shot classifier", Li et al. 2023, arXiv 2303.16203). A
/// generator that does not know a class, or mixes up two, is told by this and not by the loss,
/// which is mostly that of noise. Every class is tried on the same noise, which is the same in
/// every round, so that what differs is the network.
///
/// It takes 4 passes of the network for each image and class.
public final class DiffusionClassifier {

  private static final int TIMES = 4;
  private static final long SEED = 1;

  private final Denoiser denoiser;

  DiffusionClassifier(Denoiser denoiser) {
    this.denoiser = denoiser;
  }

  /// What some images gave.
  public static final class Errors {
    private final double[][] errors;

    private Errors(int images, int classes) {
      errors = new double[images][classes];
    }

    /// The loss of an image with a class.
    public double of(int image, int label) {
      return errors[image][label];
    }

    /// The class that explains an image best.
    public int best(int image) {
      int best = 0;
      for (int label = 1; label < errors[image].length; label++) {
        if (errors[image][label] < errors[image][best]) {
          best = label;
        }
      }
      return best;
    }
  }

  /// Tries every class on the images at `from` to `to`, `to` not included.
  public Errors measure(LabelledImages images, int from, int to) {
    Errors found = new Errors(to - from, denoiser.design().classes());
    for (int step = 0; step < TIMES; step++) {
      Noised noised = noise(images, from, to, NoisedBatch.timeOf((step + 0.5) / TIMES), step);
      for (int label = 0; label < denoiser.design().classes(); label++) {
        add(noised, label, found);
      }
    }
    return found;
  }

  /// Images at one time.
  private static final class Noised {
    private final double time;
    private final float[] z;
    private final float[] v;

    Noised(double time, int values) {
      this.time = time;
      z = new float[values];
      v = new float[values];
    }
  }

  private Noised noise(LabelledImages images, int from, int to, double time, int step) {
    RunSeed seed = new RunSeed(SEED);
    int values = denoiser.layout().values();
    Noised noised = new Noised(time, (to - from) * values);
    byte[] pixels = new byte[images.form().values()];
    float[] x = new float[values];
    for (int i = from; i < to; i++) {
      images.copyPixels(i, pixels, 0);
      denoiser.layout().pack(pixels, x, 0);
      RandomGenerator random = seed.generator("measure", i, String.valueOf(step));
      NoisedBatch.noise(x, time, random, noised.z, noised.v, (i - from) * values);
    }
    return noised;
  }

  private void add(Noised noised, int label, Errors found) {
    float[] predicted = denoiser.velocity(noised.z, noised.time, List.of(Condition.of(label)));
    int values = predicted.length / found.errors.length;
    for (int i = 0; i < found.errors.length; i++) {
      double sum = 0;
      for (int k = i * values; k < (i + 1) * values; k++) {
        double difference = predicted[k] - noised.v[k];
        sum += difference * difference;
      }
      found.errors[i][label] += sum / values / TIMES;
    }
  }
}
