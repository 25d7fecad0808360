package dev.kumiai.engine.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Group normalisation (Wu and He 2018, arXiv 1803.08494): within each sample, each group of
/// channels is brought to mean 0 and variance 1, then each channel is scaled by `weight` and
/// shifted by `bias`.
///
/// `y = weight * (x - mean) / sqrt(variance + 1e-5) + bias`, input and output `[samples, channels,
/// ...]`. Unlike batch normalisation it keeps no statistics, so nothing of a skewed site's data
/// stands between the sites' models.
public final class GroupNorm extends AbstractBlock {

  private static final double EPSILON = 1e-5;

  private final int groups;
  private final long channels;
  private final Parameter weight;
  private final Parameter bias;

  /// @param groups divides `channels`
  public GroupNorm(int groups, int channels) {
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(channels + " channels do not make " + groups + " groups");
    }
    this.groups = groups;
    this.channels = channels;
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
    return new NDList(standardize(x, groups).mul(channelwise(scale, x)).add(channelwise(shift, x)));
  }

  /// Brings each group of channels of each sample to mean 0 and variance 1, without weight and
  /// bias.
  ///
  /// DJL does not reach libtorch's group norm; layer norm over `[samples, groups, the rest]`
  /// computes the same.
  ///
  /// @param x `[samples, channels, ...]`
  public static NDArray standardize(NDArray x, int groups) {
    NDManager manager = x.getManager();
    Shape shape = x.getShape();
    DataType type = x.getDataType();
    long groupSize = shape.size() / (shape.get(0) * groups);
    Shape group = new Shape(groupSize);
    return JniUtils.layerNorm(
            (PtNDArray) x.reshape(shape.get(0), groups, groupSize),
            group,
            (PtNDArray) manager.ones(group, type),
            (PtNDArray) manager.zeros(group, type),
            EPSILON)
        .reshape(shape);
  }

  /// A view of a parameter that broadcasts over x. DJL gives a view to its parameter's manager,
  /// which lives as long as the model: hand it to x's, or every forward pass would leave one
  /// behind.
  private NDArray channelwise(NDArray parameter, NDArray x) {
    long[] dimensions = new long[x.getShape().dimension()];
    Arrays.fill(dimensions, 1);
    dimensions[1] = channels;
    NDArray view = parameter.reshape(new Shape(dimensions));
    view.attach(x.getManager());
    return view;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
