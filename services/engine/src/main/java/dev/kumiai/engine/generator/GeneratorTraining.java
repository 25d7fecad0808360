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
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Trains a generator on labelled images and writes its file.
///
/// Each step draws images, hides part of what they show ([ConditionDropout]), noises them and
/// lowers the loss of predicting their noise ([NoisedBatch]). Where images have captions, the words
/// of those become the generator's [WordList]. Every few seconds the state is written to a
/// checkpoint, from which the same training goes on when it is started again.
public final class GeneratorTraining {

  /// Below this, a class is memorised rather than learnt.
  public static final int MIN_IMAGES_PER_CLASS = 8;

  private static final int WARM_UP_STEPS = 100;
  private static final double SECONDS_BETWEEN_CHECKPOINTS = 20;
  private static final double NANOS = 1e9;

  private final CaptionedImages captioned;
  private final LabelledImages images;
  private final List<Condition> shown;
  private final DiffusionDesign design;
  private final TrainingSettings settings;
  private final EngineDevice device;
  private final RunSeed seed;

  /// @throws KumiaiException.Invalid `training-images-missing` when a class has fewer than
  ///   [#MIN_IMAGES_PER_CLASS], `captions-too-rich` when captions have too many words
  public GeneratorTraining(
      CaptionedImages captioned, TrainingSettings settings, EngineDevice device) {
    this.captioned = captioned;
    this.images = captioned.images();
    this.settings = settings;
    this.device = device;
    this.seed = new RunSeed(settings.seed());
    requireEnough(images);
    WordList vocabulary = WordList.of(captioned.captions());
    this.shown = shown(captioned, vocabulary);
    this.design =
        new DiffusionDesign(
            settings.architecture(), images.form(), images.classes().size(), vocabulary);
  }

  private static List<Condition> shown(CaptionedImages captioned, WordList vocabulary) {
    List<Condition> shown = new ArrayList<>();
    for (int i = 0; i < captioned.images().size(); i++) {
      shown.add(
          new Condition(captioned.images().label(i), vocabulary.read(captioned.captions().get(i))));
    }
    return List.copyOf(shown);
  }

  /// The words that it teaches.
  public WordList vocabulary() {
    return design.vocabulary();
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
    try (Denoiser denoiser = new Denoiser(design, scale, device, true)) {
      Files.createDirectories(output.toAbsolutePath().getParent());
      TrainingState state = new TrainingState(denoiser);
      Checkpoint checkpoint = new Checkpoint(output, settings, captioned);
      if (!checkpoint.restore(state)) {
        state.drawWeights(seed);
      }
      train(denoiser, state, checkpoint, progress);
      GeneratorCard.Origin origin =
          new GeneratorCard.Origin(
              trainedOn, images.size(), licence, state.steps(), settings.batch(), settings.seed());
      GeneratorCard card =
          new GeneratorCard(
              images.classes(),
              images.form(),
              scale,
              settings.architecture(),
              design.vocabulary(),
              origin);
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
    NoisedBatch batch = draw(denoiser, step);
    try (NDManager scope = denoiser.manager().newSubManager();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray loss = batch.loss(denoiser, scope);
      gradients.backward(loss);
      return loss.getFloat();
    }
  }

  private NoisedBatch draw(Denoiser denoiser, int step) {
    RandomGenerator random = seed.generator("batch", step, "");
    int[] indices = new int[settings.batch()];
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.nextInt(images.size());
      conditions.add(ConditionDropout.of(shown.get(indices[i]), design.nothing(), random));
    }
    return NoisedBatch.draw(denoiser.layout(), images, indices, conditions, random);
  }
}
