package dev.kumiai.core.strategy.catalogue;

import dev.kumiai.core.KumiaiException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The parameters of a strategy as a run gives them, by name; what a run does not give has its
/// default.
final class StrategyParameters {

  private final String strategy;
  private final Map<String, Double> given;
  private final Map<String, Double> all = new TreeMap<>();

  StrategyParameters(String strategy, Map<String, Double> given) {
    this.strategy = strategy;
    this.given = Map.copyOf(given);
  }

  double number(String name, double otherwise) {
    double value = given.getOrDefault(name, otherwise);
    all.put(name, value);
    return value;
  }

  /// @throws KumiaiException.Invalid `strategy-parameter-invalid` unless it is a whole number
  int whole(String name, int otherwise) {
    double value = number(name, otherwise);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new KumiaiException.Invalid(
          "strategy-parameter-invalid",
          "%s of %s is %s: choose a whole number".formatted(name, strategy, value));
    }
    return (int) value;
  }

  /// Refuses what nobody asked for.
  ///
  /// @throws KumiaiException.Invalid `strategy-parameter-unknown`
  void requireAllUsed() {
    TreeSet<String> unknown = new TreeSet<>(given.keySet());
    unknown.removeAll(all.keySet());
    if (!unknown.isEmpty()) {
      throw new KumiaiException.Invalid(
          "strategy-parameter-unknown",
          "%s has no parameter '%s': it has %s"
              .formatted(strategy, unknown.first(), all.isEmpty() ? "none" : all.keySet()));
    }
  }

  /// All parameters that were asked for, with their values.
  Map<String, Double> all() {
    return all;
  }
}
