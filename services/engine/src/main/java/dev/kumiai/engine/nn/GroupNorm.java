package dev.kumiai.engine.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/// Group normalisation (Wu and He 2018, arXiv 1803.08494): within each sample, each group of
/// channels is brought to mean 0 and variance 1, then each channel is scaled by `weight` and
/// shifted by `bias`.
///
/// `y = weight * (x - mean) / sqrt(variance + 1e-5) + bias`, input and output `[samples, channels,
/// ...]`. Unlike batch normalisation it keeps no statistics, so nothing of a skewed site's data
/// stands between the sites' models.
public final class GroupNorm extends AbstractBlock {

  private static final TorchFunction FUNCTION = TorchFunction.load("group_norm");

  private final int groups;
  private final Parameter weight;
  private final Parameter bias;

  /// @param groups divides `channels`
  public GroupNorm(int groups, int channels) {
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(channels + " channels do not make " + groups + " groups");
    }
    this.groups = groups;
    weight = addParameter(perChannel("weight", Parameter.Type.GAMMA, channels));
    bias = addParameter(perChannel("bias", Parameter.Type.BETA, channels));
  }

  private static Parameter perChannel(String name, Parameter.Type type, int channels) {
    return Parameter.builder().setName(name).setType(type).optShape(new Shape(channels)).build();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    NDArray scale = store.getValue(weight, x.getDevice(), training);
    NDArray shift = store.getValue(bias, x.getDevice(), training);
    return new NDList(normalize(x, groups, scale, shift));
  }

  /// Brings each group of channels of each sample to mean 0 and variance 1, without weight and
  /// bias.
  ///
  /// @param x `[samples, channels, ...]`
  public static NDArray standardize(NDArray x, int groups) {
    Shape channels = new Shape(x.getShape().get(1));
    NDArray ones = x.getManager().ones(channels, x.getDataType());
    NDArray zeros = x.getManager().zeros(channels, x.getDataType());
    return normalize(x, groups, ones, zeros);
  }

  /// Libtorch's own kernel. /// On a CPU it takes a third of the time of the equivalent layer norm
  /// over `[samples, groups, the rest]`, scaled and shifted afterwards.
  private static NDArray normalize(NDArray x, int groups, NDArray scale, NDArray shift) {
    NDArray groupCount = x.getManager().create(new Shape(groups, 0));
    return FUNCTION.apply(x, groupCount, scale, shift);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
