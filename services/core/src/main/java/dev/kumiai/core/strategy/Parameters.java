package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;

/// Checks the parameters of strategies, each where its record is made.
///
/// All throw [KumiaiException.Invalid] `strategy-parameter-invalid`, which names the strategy, the
/// parameter and its bounds.
public final class Parameters {

  private Parameters() {}

  /// Finite and above zero.
  public static void positive(String strategy, String name, double value) {
    require(Double.isFinite(value) && value > 0, strategy, name, value, "above 0");
  }

  /// Finite and at least zero.
  public static void notNegative(String strategy, String name, double value) {
    require(Double.isFinite(value) && value >= 0, strategy, name, value, "at least 0");
  }

  /// From zero to below one.
  public static void decay(String strategy, String name, double value) {
    require(value >= 0 && value < 1, strategy, name, value, "at least 0 and below 1");
  }

  /// A number of things.
  public static void atLeast(int least, String strategy, String name, int value) {
    require(value >= least, strategy, name, value, "at least " + least);
  }

  /// A number of updates that follows from parameters, as far as an int goes.
  public static int sum(long updates) {
    return (int) Math.min(updates, Integer.MAX_VALUE);
  }

  private static void require(
      boolean holds, String strategy, String name, Number value, String bounds) {
    if (!holds) {
      throw new KumiaiException.Invalid(
          "strategy-parameter-invalid",
          "%s of %s is %s: choose a number %s".formatted(name, strategy, value, bounds));
    }
  }
}
