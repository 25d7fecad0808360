package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.kumiai.engine.nn.Chain;
import dev.kumiai.engine.nn.GroupNorm;

/// The networks that are built in. Each takes images of any size from 16 pixels on and gives one
/// score (logit) per class. Parameters are named and shaped as in the same network in PyTorch.
public enum Architecture {

  /// Two hidden layers of 200, the "2NN" of McMahan et al. 2017 (arXiv 1602.05629).
  MLP {
    @Override
    Block build(int classes) {
      return new Chain()
          .then(x -> x.reshape(x.getShape().get(0), -1))
          .then("fc1", linear(200))
          .then(Activation::relu)
          .then("fc2", linear(200))
          .then(Activation::relu)
          .then("fc3", linear(classes));
    }
  },

  /// Three 3x3 convolutions of 32, 64 and 128 channels with group normalisation; the first two are
  /// followed by 2x2 max-pooling, the last by average pooling to 4x4.
  CNN {
    @Override
    Block build(int classes) {
      return new Chain()
          .then("conv1", convolution(32, 1))
          .then("norm1", new GroupNorm(GROUPS, 32))
          .then(Activation::relu)
          .then(Architecture::halve)
          .then("conv2", convolution(64, 1))
          .then("norm2", new GroupNorm(GROUPS, 64))
          .then(Activation::relu)
          .then(Architecture::halve)
          .then("conv3", convolution(128, 1))
          .then("norm3", new GroupNorm(GROUPS, 128))
          .then(Activation::relu)
          .then(x -> averageTo(x, 4))
          .then("fc", linear(classes));
    }
  },

  /// ResNet-20 for small images (He et al. 2015, arXiv 1512.03385, section 4.2: shortcuts without
  /// parameters) with group instead of batch normalisation, whose running statistics would carry a
  /// skewed site's data into the average.
  RESNET20 {
    @Override
    Block build(int classes) {
      Chain chain =
          new Chain()
              .then("conv1", convolution(16, 1))
              .then("norm1", new GroupNorm(GROUPS, 16))
              .then(Activation::relu);
      for (int stage = 1; stage <= 3; stage++) {
        Chain blocks = new Chain();
        for (int block = 0; block < 3; block++) {
          int stride = stage > 1 && block == 0 ? 2 : 1;
          blocks.then(String.valueOf(block), new ResidualBlock(GROUPS, 8 << stage, stride));
        }
        chain.then("layer" + stage, blocks);
      }
      return chain.then(x -> averageTo(x, 1)).then("fc", linear(classes));
    }
  };

  private static final int GROUPS = 8;

  /// A fresh block of this architecture, its parameters not initialised.
  abstract Block build(int classes);

  /// A 3x3 convolution that keeps the size, or halves it with stride 2. Without bias: normalisation
  /// follows.
  static Conv2d convolution(int channels, int stride) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(channels)
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(1, 1))
        .optBias(false)
        .build();
  }

  private static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  private static NDArray halve(NDArray x) {
    Shape two = new Shape(2, 2);
    return JniUtils.maxPool((PtNDArray) x, two, two, new Shape(0, 0), false);
  }

  private static NDArray averageTo(NDArray x, int size) {
    NDArray pooled = JniUtils.adaptiveAvgPool((PtNDArray) x, new Shape(size, size));
    return pooled.reshape(x.getShape().get(0), -1);
  }
}
