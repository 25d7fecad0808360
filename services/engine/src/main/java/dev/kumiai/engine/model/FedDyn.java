package dev.kumiai.engine.model;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.nn.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sites' half of FedDyn (Acar et al. 2021, arXiv 2111.04263): a site minimises
///
/// ```
/// L(w) - <a, w> + alpha/2 |w - w_global|^2        so that the optimiser gets g - a + alpha (w - w_global)
/// a+ = a - alpha (w - w_global)
/// ```
///
/// a is the gradient of L at the site's last weights, as far as they were an optimum; it is 0
/// before its first round. The paper solves the problem exactly; a run takes the steps of its
/// training. g is clipped before the other terms are added, which the authors' program clips, too:
/// here their optimum stays where it is. a+ is computed in float64 and kept as float32.
final class FedDyn implements LocalRule {

  private final double alpha;
  private final ModelWeights global;
  private final @Nullable ModelWeights own;
  private final Map<String, NDArray> start;
  private final Map<String, NDArray> gradients;

  FedDyn(double alpha, LoadedNetwork network, ModelWeights global, @Nullable ModelWeights own) {
    this.alpha = alpha;
    this.global = global;
    this.own = own;
    this.start = Weights.onDevice(global, network.arrays());
    this.gradients = own == null ? Map.of() : Weights.onDevice(own, network.arrays());
  }

  @Override
  public boolean corrects() {
    return true;
  }

  @Override
  public void correct(String name, NDArray weight, NDArray gradient, NDManager step) {
    NDArray distance = weight.sub(requireNonNull(start.get(name)));
    distance.attach(step);
    gradient.addi(distance.muli(alpha));
    NDArray remembered = gradients.get(name);
    if (remembered != null) {
      gradient.subi(remembered);
    }
  }

  @Override
  public Legacy leave(ModelWeights trained, long steps, TrainingPlan plan) {
    List<Tensor> next = new ArrayList<>();
    for (TensorSpec spec : global.specs()) {
      float[] x = global.get(spec.name()).toFloats();
      float[] y = trained.get(spec.name()).toFloats();
      float[] a = HostTensors.values(own, spec);
      for (int i = 0; i < x.length; i++) {
        a[i] = (float) (a[i] - alpha * ((double) y[i] - x[i]));
      }
      next.add(Tensor.ofFloats(spec, a));
    }
    return new Legacy(null, ModelWeights.of(next));
  }
}
