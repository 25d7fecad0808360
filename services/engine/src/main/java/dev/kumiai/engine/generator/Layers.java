package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

/// The few layers that the UNet's blocks are made of.
final class Layers {

  /// Layers ask for their input's shape to learn its channels; height and width do not matter.
  private static final int ANY_SIZE = 8;

  private Layers() {}

  /// A 3 x 3 convolution that keeps height and width (stride 1) or halves them (stride 2).
  static Conv2d conv3(int filters, int stride) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(3, 3))
        .optPadding(new Shape(1, 1))
        .optStride(new Shape(stride, stride))
        .build();
  }

  /// A 1 x 1 convolution.
  static Conv2d conv1(int filters) {
    return Conv2d.builder().setFilters(filters).setKernelShape(new Shape(1, 1)).build();
  }

  static Linear linear(int units, boolean bias) {
    return Linear.builder().setUnits(units).optBias(bias).build();
  }

  /// Shape of images with this many channels.
  static Shape images(int channels) {
    return new Shape(1, channels, ANY_SIZE, ANY_SIZE);
  }

  /// Shape of vectors of this width.
  static Shape vectors(int width) {
    return new Shape(1, width);
  }

  static NDArray apply(Block block, ParameterStore store, boolean training, NDArray... inputs) {
    return block.forward(store, new NDList(inputs), training).singletonOrThrow();
  }

  /// The Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv 1606.08415): one pass over
  /// memory in libtorch, where DJL's swish takes three.
  static NDArray gelu(NDArray x) {
    return x.getNDArrayInternal().gelu();
  }

  /// Doubles height and width by repeating each value.
  static NDArray twice(NDArray x) {
    long[] size = {2 * x.getShape().get(2), 2 * x.getShape().get(3)};
    return x.getNDArrayInternal().interpolation(size, 0, false);
  }
}
