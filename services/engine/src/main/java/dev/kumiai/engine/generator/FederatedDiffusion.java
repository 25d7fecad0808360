package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.nn.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// The network of a `class-diffusion` generator as the model of a run: sites train its weights
/// together, for domains where nobody has public images to train one on.
///
/// What a site would measure on its own images is a convention here, as no two of them have the
/// same: pixels from -1 to 1 are divided by [#SCALE]'s deviation. There are no words: sites have
/// images in folders by class and no captions.
public final class FederatedDiffusion {

  /// As if pixels had mean 0 and standard deviation 0.5, which Karras et al. 2022 (arXiv
  /// 2206.00364) take for images of all kinds.
  public static final PixelScale SCALE = new PixelScale(0, 0.5);

  private final Denoiser denoiser;
  private final SequencedMap<String, NDArray> arrays;

  private FederatedDiffusion(Denoiser denoiser) {
    this.denoiser = denoiser;
    this.arrays = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(denoiser.weights()));
  }

  private static DiffusionDesign design(ImageForm form, int classes) {
    return new DiffusionDesign(DiffusionArchitecture.STANDARD, form, classes, WordList.NONE);
  }

  /// Names and shapes of its weights.
  public static List<TensorSpec> specs(ImageForm form, int classes) {
    return Denoiser.specs(design(form, classes), DType.F32);
  }

  /// The weights of the first round: the same seed gives the same bits on every machine.
  public static ModelWeights firstWeights(ImageForm form, int classes, long seed) {
    RunSeed seeds = new RunSeed(seed);
    return ModelWeights.of(
        specs(form, classes).stream().map(spec -> FirstWeights.draw(spec, seeds)).toList());
  }

  /// Puts the network with these weights on the device of `scope`, where it stays until `scope` is
  /// closed.
  ///
  /// @throws KumiaiException.Invalid when the weights are not of this network
  public static FederatedDiffusion load(
      ImageForm form, int classes, ModelWeights weights, NDManager scope) {
    FederatedDiffusion loaded =
        new FederatedDiffusion(new Denoiser(design(form, classes), SCALE, scope, true));
    Weights.copy(weights, loaded.arrays);
    return loaded;
  }

  /// The weights by name, where gradients arrive and training changes them.
  public SequencedMap<String, NDArray> arrays() {
    return arrays;
  }

  /// Some images, noised and partly without their class, to take a step on.
  public Lesson lesson(LabelledImages images, int[] indices, RandomGenerator random) {
    Condition nothing = denoiser.design().nothing();
    List<Condition> conditions =
        Arrays.stream(indices)
            .mapToObj(i -> ConditionDropout.of(Condition.of(images.label(i)), nothing, random))
            .toList();
    return new Lesson(
        denoiser, NoisedBatch.draw(denoiser.layout(), images, indices, conditions, random));
  }

  /// What a step is taken on.
  public static final class Lesson {
    private final Denoiser denoiser;
    private final NoisedBatch batch;

    private Lesson(Denoiser denoiser, NoisedBatch batch) {
      this.denoiser = denoiser;
      this.batch = batch;
    }

    /// The loss with the weights as they are now, of the same noise each time; a scalar in `step`.
    public NDArray loss(NDManager step) {
      return batch.loss(denoiser, step);
    }
  }

  /// How well it explains images it was not trained on.
  public DiffusionClassifier classifier() {
    return new DiffusionClassifier(denoiser);
  }

  /// Writes the weights that a run ended with as a generator.
  ///
  /// @param classes of the run, in its order
  /// @param origin for the card
  /// @return the digest of the file
  /// @throws KumiaiException.Invalid `generator-weights-mismatch` when they are of another network
  public static Digest export(
      Path file,
      ModelWeights weights,
      List<String> classes,
      ImageForm form,
      GeneratorCard.Origin origin) {
    GeneratorCard card =
        new GeneratorCard(
            classes, form, SCALE, DiffusionArchitecture.STANDARD, WordList.NONE, origin);
    GeneratorFile.requireWeightsOf(card, weights.specs());
    try {
      return GeneratorFile.write(file, card, weights);
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "generator-unwritable", "cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
