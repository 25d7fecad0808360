package dev.kumiai.aggregation.run;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Predicate;

/// Whether uploaded weights can be those of the run's model. Only a site can build the network and
/// tell for sure; but weights without an output for each class, or without an input for the images,
/// are refused by all of them, and are refused here first. Weights are laid out as in PyTorch:
/// outputs, inputs, height, width.
@ApplicationScoped
class InitialModelCheck {

  private static final int MATRIX = 2;
  private static final int CONVOLUTION = 4;

  /// Pixels that a generator's network takes as channels of one.
  private static final long PATCH = 4;

  private final Models models;

  InitialModelCheck(Models models) {
    this.models = models;
  }

  void check(RunSpec spec, List<Violation> violations) {
    Digest initial = spec.model().initial();
    if (initial == null) {
      return;
    }
    if (!models.use(initial)) {
      violations.add(
          new Violation(
              "/model/initial", "no such model is kept here: upload it with POST models"));
      return;
    }
    List<TensorSpec> tensors = models.specs(initial);
    DataSpec data = spec.data();
    boolean generator = spec.model().architecture() == ModelSpec.Architecture.CLASS_DIFFUSION;
    int classes = generator ? data.classes().size() + 1 : data.classes().size();
    if (none(tensors, tensor -> rank(tensor) >= 1 && dimension(tensor, 0) == classes)) {
      violations.add(
          new Violation(
              "/model/initial",
              generator
                  ? "has no table of %d vectors, one for each class and one for none"
                      .formatted(classes)
                  : "has no layer of %d outputs, one for each class".formatted(classes)));
    }
    if (!hasInput(spec.model().architecture(), tensors, data)) {
      violations.add(
          new Violation(
              "/model/initial",
              "has no layer that takes images of %d channels and %d x %d pixels, as %s does"
                  .formatted(
                      data.channels(),
                      data.imageSize(),
                      data.imageSize(),
                      spec.model().architecture())));
    }
  }

  private static boolean hasInput(
      ModelSpec.Architecture architecture, List<TensorSpec> tensors, DataSpec data) {
    long pixels = (long) data.channels() * data.imageSize() * data.imageSize();
    return switch (architecture) {
      case MLP -> !none(tensors, tensor -> takes(tensor, MATRIX, pixels));
      case CNN, RESNET20 -> !none(tensors, tensor -> takes(tensor, CONVOLUTION, data.channels()));
      case CLASS_DIFFUSION ->
          !none(tensors, tensor -> takes(tensor, CONVOLUTION, PATCH * data.channels()));
      case TORCHSCRIPT -> true;
    };
  }

  private static boolean takes(TensorSpec tensor, int rank, long inputs) {
    return rank(tensor) == rank && dimension(tensor, 1) == inputs;
  }

  private static boolean none(List<TensorSpec> tensors, Predicate<TensorSpec> condition) {
    return tensors.stream().noneMatch(condition);
  }

  private static int rank(TensorSpec tensor) {
    return tensor.shape().dimensions().size();
  }

  private static long dimension(TensorSpec tensor, int index) {
    return tensor.shape().dimensions().get(index);
  }
}
