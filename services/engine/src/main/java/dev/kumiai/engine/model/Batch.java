package dev.kumiai.engine.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;

/// Some images on the device, ready for a network.
///
/// @param images float32 `[n, channels, size, size]` from -1 to 1
/// @param labels int64 `[n]`
record Batch(NDArray images, NDArray labels) {

  /// Copies the images at `indices` to the device of `scope`; they become floats there, as bytes
  /// travel faster.
  static Batch of(LabelledImages images, int[] indices, NDManager scope) {
    ImageForm form = images.form();
    byte[] pixels = new byte[indices.length * form.values()];
    long[] labels = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      images.copyPixels(indices[i], pixels, i * form.values());
      labels[i] = images.label(indices[i]);
    }
    NDManager host = scope.newSubManager(Device.cpu());
    NDArray bytes =
        host.create(
            new Shape(indices.length, form.channels(), form.size(), form.size()), DataType.UINT8);
    bytes.toByteBuffer(true).put(pixels);
    NDArray floats = bytes.toDevice(scope.getDevice(), false).toType(DataType.FLOAT32, false);
    floats.attach(scope);
    return new Batch(floats.divi(127.5f).subi(1), scope.create(labels));
  }

  /// Mean cross-entropy of log-probabilities `[n, classes]`, a scalar.
  NDArray meanLoss(NDArray logProbabilities) {
    return logProbabilities.gather(labels.expandDims(1), 1).mean().neg();
  }
}
