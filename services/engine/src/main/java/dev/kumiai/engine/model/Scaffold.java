package dev.kumiai.engine.model;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.nn.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sites' half of SCAFFOLD, with its option II (Karimireddy et al. 2019, arXiv 1910.06378):
///
/// ```
/// y = y - rate * (g(y) - c_i + c)                 K times, from y = x, the global model
/// c_i+ = c_i - c + (x - y) / (K * rate)
/// ```
///
/// c_i+ is the mean of the gradients that were followed, so c_i is 0 before a site's first round,
/// as c is before the first of all. g is clipped before it is corrected, and the weights decay, so
/// that this stays true. Not with momentum, which makes x - y another sum. c_i+ - c_i is computed
/// in float64 and sent as float32; the site keeps c_i+, rounded to float32.
final class Scaffold implements LocalRule {

  private final ModelWeights global;
  private final @Nullable ModelWeights own;
  private final @Nullable ModelWeights control;
  private final Map<String, NDArray> correction;

  Scaffold(
      LoadedNetwork network,
      ModelWeights global,
      @Nullable ModelWeights own,
      @Nullable ModelWeights control) {
    this.global = global;
    this.own = own;
    this.control = control;
    this.correction = own == null && control == null ? Map.of() : correction(network);
  }

  private Map<String, NDArray> correction(LoadedNetwork network) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorSpec spec : global.specs()) {
      float[] c = HostTensors.values(control, spec);
      float[] ci = HostTensors.values(own, spec);
      for (int i = 0; i < c.length; i++) {
        c[i] -= ci[i];
      }
      tensors.add(Tensor.ofFloats(spec, c));
    }
    return Weights.onDevice(ModelWeights.of(tensors), network.arrays());
  }

  @Override
  public boolean corrects() {
    return !correction.isEmpty();
  }

  @Override
  public void correct(String name, NDArray weight, NDArray gradient, NDManager step) {
    gradient.addi(requireNonNull(correction.get(name)));
  }

  @Override
  public Legacy leave(ModelWeights trained, long steps, TrainingPlan plan) {
    double divisor = steps * plan.learningRate();
    List<Tensor> changes = new ArrayList<>();
    List<Tensor> next = new ArrayList<>();
    List<TensorSpec> sent = Updates.controlSpecs(global.specs());
    for (int t = 0; t < sent.size(); t++) {
      TensorSpec spec = global.specs().get(t);
      float[] x = global.get(spec.name()).toFloats();
      float[] y = trained.get(spec.name()).toFloats();
      float[] change = HostTensors.values(control, spec);
      float[] ci = HostTensors.values(own, spec);
      for (int i = 0; i < x.length; i++) {
        double difference = ((double) x[i] - y[i]) / divisor - change[i];
        change[i] = (float) difference;
        ci[i] = (float) (ci[i] + difference);
      }
      changes.add(Tensor.ofFloats(sent.get(t), change));
      next.add(Tensor.ofFloats(spec, ci));
    }
    return new Legacy(ModelWeights.of(changes), ModelWeights.of(next));
  }
}
