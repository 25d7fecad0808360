package dev.kumiai.engine.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/// Computing in bfloat16 with weights in float32: parameters are cast each time a block asks for
/// them, and their gradients come back through the cast in float32. (DJL itself neither makes
/// bfloat16 arrays nor passes gradients through a cast.)
public final class Bfloat16 {

  private static final TorchFunction CAST = TorchFunction.load("to_bfloat16");

  private Bfloat16() {}

  /// `x` in bfloat16, in the scope of `x`.
  public static NDArray cast(NDArray x) {
    return CAST.apply(x);
  }

  /// Hands out parameters in bfloat16.
  ///
  /// @param step owns the casts: the scope of one forward pass
  public static ParameterStore store(NDManager step) {
    return new Store(step);
  }

  private static final class Store extends ParameterStore {

    private final NDManager step;

    Store(NDManager step) {
      super(step, false);
      this.step = step;
    }

    @Override
    @SuppressWarnings(
        "NullAway") // blocks ask for the bias they do not have, and get null, as from DJL
    public NDArray getValue(@Nullable Parameter parameter, Device device, boolean training) {
      NDArray value = super.getValue(parameter, device, training);
      if (value == null) {
        return null;
      }
      NDArray cast = cast(value);
      cast.attach(step);
      return cast;
    }
  }
}
