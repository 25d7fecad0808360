package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.Comparator;
import java.util.List;

/// The updates of one round and the global model they were trained from, all with the same tensors.
/// They are in the order of their sites' names, whatever the order in which they arrived.
public final class Updates {

  private final SafetensorsFile global;
  private final List<Update> updates;
  private final long examples;

  private Updates(SafetensorsFile global, List<Update> updates, long examples) {
    this.global = global;
    this.updates = updates;
    this.examples = examples;
  }

  /// Puts updates in order and checks that they belong together.
  ///
  /// @throws KumiaiException.Invalid `updates-none`, `update-site-duplicate`,
  ///   `update-examples-overflow`, or a code of [TensorSpec#requireSame] when an update has not the
  ///   tensors of the global model
  public static Updates of(SafetensorsFile global, List<Update> updates) {
    List<Update> ordered = updates.stream().sorted(Comparator.comparing(Update::site)).toList();
    if (ordered.isEmpty()) {
      throw new KumiaiException.Invalid("updates-none", "there is no update to aggregate");
    }
    long examples = 0;
    for (int i = 0; i < ordered.size(); i++) {
      Update update = ordered.get(i);
      if (i > 0 && update.site().equals(ordered.get(i - 1).site())) {
        throw new KumiaiException.Invalid(
            "update-site-duplicate", "site " + update.site() + " has two updates in one round");
      }
      TensorSpec.requireSame(global.specs(), update.weights().specs());
      examples = addExamples(examples, update);
    }
    return new Updates(global, ordered, examples);
  }

  private static long addExamples(long examples, Update update) {
    try {
      return Math.addExact(examples, update.examples());
    } catch (ArithmeticException e) {
      throw new KumiaiException.Invalid(
          "update-examples-overflow",
          "with the %d examples of site %s there are more than 2^63-1"
              .formatted(update.examples(), update.site()),
          e);
    }
  }

  public SafetensorsFile global() {
    return global;
  }

  /// In the order of their sites' names.
  public List<Update> list() {
    return updates;
  }

  public int size() {
    return updates.size();
  }

  /// The examples of all updates together.
  public long examples() {
    return examples;
  }

  /// The tensors of the model, in the order of the global model's file.
  public List<TensorSpec> specs() {
    return global.specs();
  }

  /// The tensors of each of a strategy's states: a float32 one for every floating-point one of the
  /// model.
  public List<TensorSpec> stateSpecs() {
    return specs().stream()
        .filter(spec -> spec.dtype().isFloating())
        .map(spec -> new TensorSpec(spec.name(), DType.F32, spec.shape()))
        .toList();
  }
}
