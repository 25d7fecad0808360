package dev.kumiai.engine.generator;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Trains a generator on labelled images and writes its file.
///
/// Each step draws images x, noise e and times t, and lowers the mean of `(v(z, t, label) - (alpha
/// e - sigma x))^2` at `z = alpha x + sigma e` (Salimans and Ho 2022, arXiv 2202.00512). A tenth of
/// the labels is replaced by "no class", which guidance needs (Ho and Salimans 2022, arXiv
/// 2207.12598). Times have the density `pi / 2 sin(pi t)`: at neither end is there much to learn,
/// next to no noise or next to no image (Esser et al. 2024, arXiv 2403.03206, who take a
/// logit-normal one). Those of a batch are spread evenly from one random offset, so that no batch
/// lacks one kind of noise (Kingma et al. 2021, arXiv 2107.00630). Every few seconds the state is
/// written to a checkpoint, from which the same training goes on when it is started again.
public final class GeneratorTraining {

  /// Below this, a class is memorised rather than learnt.
  public static final int MIN_IMAGES_PER_CLASS = 8;

  private static final double SHARE_WITHOUT_CLASS = 0.1;
  private static final int WARM_UP_STEPS = 100;
  private static final double SECONDS_BETWEEN_CHECKPOINTS = 20;
  private static final double NANOS = 1e9;

  private final LabelledImages images;
  private final TrainingSettings settings;
  private final EngineDevice device;
  private final RunSeed seed;

  /// @throws KumiaiException.Invalid `training-images-missing` when a class has fewer than
  ///   [#MIN_IMAGES_PER_CLASS]
  public GeneratorTraining(LabelledImages images, TrainingSettings settings, EngineDevice device) {
    this.images = images;
    this.settings = settings;
    this.device = device;
    this.seed = new RunSeed(settings.seed());
    requireEnough(images);
  }

  private static void requireEnough(LabelledImages images) {
    List<String> poor = new ArrayList<>();
    int[] counts = images.countPerClass();
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] < MIN_IMAGES_PER_CLASS) {
        poor.add(images.classes().get(label) + " " + counts[label]);
      }
    }
    if (counts.length == 0 || !poor.isEmpty()) {
      throw new KumiaiException.Invalid(
          "training-images-missing",
          "a generator is trained on at least %d images of each class, there are: %s"
              .formatted(MIN_IMAGES_PER_CLASS, poor.isEmpty() ? "none" : String.join(", ", poor)));
    }
  }

  /// What came out.
  ///
  /// @param file digest of the generator's file
  /// @param losses of every step
  /// @param seconds of training
  public record Outcome(Digest file, List<Float> losses, double seconds) {
    public Outcome {
      losses = List.copyOf(losses);
    }
  }

  /// Trains from the beginning, or from where an interrupted training of the same images and
  /// settings stopped, and writes the file and its card.
  ///
  /// @param trainedOn the images in words, for the card
  /// @param licence the terms the generator is under, for the card
  /// @param output the generator's file; the checkpoint stands beside it until it is written
  /// @param progress is told after each step
  /// @throws KumiaiException.Conflict `checkpoint-of-other-training`
  /// @throws KumiaiException.Invalid `training-diverged` when the loss is no finite number
  public Outcome run(String trainedOn, String licence, Path output, Progress progress) {
    JniUtils.setGradMode(false); // of this thread; the collector of gradients turns it on
    PixelScale scale = PixelScale.of(images);
    try (Denoiser denoiser =
        new Denoiser(
            settings.architecture(), images.form(), scale, images.classes().size(), device, true)) {
      Files.createDirectories(output.toAbsolutePath().getParent());
      TrainingState state = new TrainingState(denoiser);
      Checkpoint checkpoint = new Checkpoint(output, settings, images);
      if (!checkpoint.restore(state)) {
        state.drawWeights(seed);
      }
      train(denoiser, state, checkpoint, progress);
      GeneratorCard.Origin origin =
          new GeneratorCard.Origin(
              trainedOn, images.size(), licence, state.steps(), settings.batch(), settings.seed());
      GeneratorCard card =
          new GeneratorCard(
              images.classes(), images.form(), scale, settings.architecture(), origin);
      Digest digest = GeneratorFile.write(output, card, state.average(DType.F16));
      checkpoint.delete();
      return new Outcome(digest, boxed(state.losses()), state.seconds());
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "generator-unwritable", "cannot write " + output + ": " + e.getMessage(), e);
    }
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private void train(
      Denoiser denoiser, TrainingState state, Checkpoint checkpoint, Progress progress)
      throws IOException {
    long last = System.nanoTime();
    double saved = state.seconds();
    double used = settings.budget().used(state.steps(), state.seconds());
    while (used < 1) {
      float loss = step(denoiser, state.steps());
      if (!Float.isFinite(loss)) {
        throw new KumiaiException.Invalid(
            "training-diverged",
            "the loss of step %d is %s: use a lower learning rate".formatted(state.steps(), loss));
      }
      state.update(learningRate(state.steps(), used), loss);
      long now = System.nanoTime();
      state.addSeconds((now - last) / NANOS);
      last = now;
      used = settings.budget().used(state.steps(), state.seconds());
      if (state.seconds() - saved > SECONDS_BETWEEN_CHECKPOINTS) {
        checkpoint.save(state);
        saved = state.seconds();
      }
      report(progress, Math.min(used, 1), state, checkpoint);
    }
  }

  private static void report(
      Progress progress, double used, TrainingState state, Checkpoint checkpoint)
      throws IOException {
    try {
      progress.report(used, "step %d, loss %.4f".formatted(state.steps(), state.recentLoss()));
    } catch (KumiaiException.Cancelled e) {
      checkpoint.save(state);
      throw e;
    }
  }

  private double learningRate(int step, double used) {
    double warmUp = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
    return settings.learningRate() * warmUp * (1 + Math.cos(Math.PI * used)) / 2;
  }

  /// Collects the gradients of one batch.
  ///
  /// @return its loss
  private float step(Denoiser denoiser, int step) {
    Batch batch = draw(denoiser, step);
    try (NDManager scope = denoiser.manager().newSubManager();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray z = scope.create(batch.z, denoiser.shape(settings.batch()));
      NDArray v = scope.create(batch.v, denoiser.shape(settings.batch()));
      NDArray loss = denoiser.predict(z, batch.times, batch.labels, true).sub(v).square().mean();
      gradients.backward(loss);
      return loss.getFloat();
    }
  }

  /// What one step learns from: noised images, their times and labels, and what to predict.
  private static final class Batch {
    private final float[] z;
    private final float[] v;
    private final double[] times;
    private final int[] labels;

    Batch(int size, int values) {
      z = new float[size * values];
      v = new float[size * values];
      times = new double[size];
      labels = new int[size];
    }
  }

  private Batch draw(Denoiser denoiser, int step) {
    int values = denoiser.layout().values();
    Batch batch = new Batch(settings.batch(), values);
    RandomGenerator random = seed.generator("batch", step, "");
    double offset = random.nextDouble();
    byte[] pixels = new byte[images.form().values()];
    float[] x = new float[values];
    for (int i = 0; i < settings.batch(); i++) {
      int image = random.nextInt(images.size());
      batch.times[i] = Math.acos(1 - 2 * (i + offset) / settings.batch()) / Math.PI;
      batch.labels[i] =
          random.nextDouble() < SHARE_WITHOUT_CLASS ? denoiser.noClass() : images.label(image);
      images.copyPixels(image, pixels, 0);
      denoiser.layout().pack(pixels, x, 0);
      double alpha = CosineSchedule.alpha(batch.times[i]);
      double sigma = CosineSchedule.sigma(batch.times[i]);
      for (int j = 0, k = i * values; j < values; j++, k++) {
        double noise = random.nextGaussian();
        batch.z[k] = (float) (alpha * x[j] + sigma * noise);
        batch.v[k] = (float) (alpha * noise - sigma * x[j]);
      }
    }
    return batch;
  }
}
