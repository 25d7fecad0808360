package dev.kumiai.engine.quality;

import dev.kumiai.core.quality.Verdict;
import java.util.List;

/// Judges the samples of one generated set before they are stored. It belongs to one set, is used
/// by one thread, and knows the site's private samples from its making on.
///
/// The verdict on a sample follows from the private samples, from the samples of the set that were
/// kept before it, and from the sample itself: how samples are cut into batches changes nothing. So
/// a set that was interrupted goes on as if it had not been, once the filter has been told by
/// [#remember] what was kept before.
///
/// @param <B> a batch of samples with their labels, such as `LabelledImages`
public interface SampleFilter<B> extends AutoCloseable {

  /// Judges new samples; those that it keeps are remembered.
  ///
  /// @return one verdict for each sample, in the order of the batch
  List<Verdict> judge(B batch);

  /// Takes in samples that an earlier attempt at the set has kept, in the order in which it kept
  /// them, before the first call of [#judge].
  void remember(B kept);

  /// Frees what it holds on its device.
  @Override
  void close();
}
