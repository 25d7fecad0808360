package dev.kumiai.engine.model;

import ai.djl.ndarray.NDManager;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.generator.FederatedDiffusion;
import java.util.List;

/// The network of a generator. It computes in float32, whatever the precision of the device.
final class DiffusionNetwork extends Network {

  private final List<TensorSpec> specs;

  DiffusionNetwork(ImageForm form, int classes) {
    super(form, classes);
    specs = FederatedDiffusion.specs(form, classes);
  }

  @Override
  public List<TensorSpec> specs() {
    return specs;
  }

  @Override
  public ModelWeights initialWeights(long seed) {
    return FederatedDiffusion.firstWeights(form(), classes(), seed);
  }

  @Override
  LoadedNetwork load(EngineDevice device, NDManager scope, ModelWeights weights) {
    return new LoadedDenoiser(FederatedDiffusion.load(form(), classes(), weights, scope));
  }
}
