package dev.kumiai.engine.model;

import ai.djl.ndarray.NDManager;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.file.Path;
import java.util.List;

/// What a run trains: a network for images of one form and a number of classes. It holds no
/// weights; those are [ModelWeights], handed in and out.
public abstract sealed class Network permits BuiltInNetwork, DiffusionNetwork, ScriptNetwork {

  private final ImageForm form;
  private final int classes;

  Network(ImageForm form, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("a classifier has at least 2 classes, not " + classes);
    }
    this.form = form;
    this.classes = classes;
  }

  /// A built-in network.
  public static Network of(Architecture architecture, ImageForm form, int classes) {
    return new BuiltInNetwork(architecture, form, classes);
  }

  /// The network of a `class-diffusion` generator, which a run trains where nobody has public
  /// images to train one on. Instead of telling classes it learns to make images of them.
  public static Network ofGenerator(ImageForm form, int classes) {
    return new DiffusionNetwork(form, classes);
  }

  /// A network that the user brings as a TorchScript file: `forward(images [n, channels, size,
  /// size]) -> logits [n, classes]`, pixels from -1 to 1. Its parameters are trained, those that
  /// require no gradient excepted.
  ///
  /// @throws KumiaiException.Invalid `torchscript-unreadable`, `torchscript-keeps-statistics` or
  ///   `torchscript-does-not-fit` when it cannot be trained on such images
  public static Network ofTorchScript(Path file, ImageForm form, int classes) {
    return new ScriptNetwork(file, form, classes);
  }

  public final ImageForm form() {
    return form;
  }

  public final int classes() {
    return classes;
  }

  /// Names and shapes of its weights, in an order that never changes.
  public abstract List<TensorSpec> specs();

  /// The weights of the first round: the same seed gives the same bits on every machine. A
  /// TorchScript network starts from the weights in its file, whatever the seed.
  public abstract ModelWeights initialWeights(long seed);

  /// Puts the network with these weights on the device of `scope`, where it stays until `scope` is
  /// closed.
  ///
  /// @throws KumiaiException.Invalid when the weights are not of this network
  abstract LoadedNetwork load(EngineDevice device, NDManager scope, ModelWeights weights);

  /// @throws KumiaiException.Invalid `network-hides-features` when it has none and the method works
  ///   on them
  final void requireSuits(LocalMethod method) {
    if (this instanceof DiffusionNetwork && method.half().needsFeatures()) {
      throw LoadedDenoiser.noFeatures();
    }
  }

  /// @throws KumiaiException.Invalid `images-do-not-fit-network` for another form or number of
  ///   classes
  final void requireFits(LabelledImages images) {
    if (!images.form().equals(form) || images.classes().size() != classes) {
      throw new KumiaiException.Invalid(
          "images-do-not-fit-network",
          "the network takes %s in %d classes, the images are %s in %d: prepare them as the run says"
              .formatted(form, classes, images.form(), images.classes().size()));
    }
  }
}
