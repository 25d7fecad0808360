package dev.kumiai.engine.generator;

import dev.kumiai.core.Cost;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;
import java.util.function.Consumer;

/// Makes labelled samples. One thread at a time uses a generator; closing it frees what it holds on
/// its device.
public interface Generator extends AutoCloseable {

  /// What it can be asked for.
  Capabilities capabilities();

  /// Makes samples of one class and hands them over batch by batch, in order; the whole set is
  /// never held. Sample i follows from the request's seed, class and i alone: how many are asked
  /// for and how they are cut into batches changes nothing.
  ///
  /// @param sink takes each batch, whose samples all have the label that is asked for
  /// @param progress is told after every sampling step and may cancel there
  /// @throws KumiaiException.Invalid for a class, a kind of guidance, prompts or real samples that
  ///   this generator cannot work with
  void generate(GenerationRequest request, Consumer<LabelledImages> sink, Progress progress);

  /// The words of a prompt that say nothing to it: none for a generator that reads any text.
  default List<String> ignoredWords(String prompt) {
    return List.of();
  }

  /// How many samples it should be asked for at once, at most: few where they are paid for, because
  /// those of an interrupted request are lost.
  default int batch() {
    return Integer.MAX_VALUE;
  }

  /// What its samples have cost so far besides the time of this machine, which the caller measures.
  default Cost cost() {
    return Cost.NONE;
  }

  @Override
  void close();
}
