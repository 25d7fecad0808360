package dev.kumiai.engine.generator;

import java.util.List;
import java.util.random.RandomGenerator;

/// Hides from the network what an image shows, part of the time, so that guidance has a prediction
/// without condition (Ho and Salimans 2022, arXiv 2207.12598), and so that the class alone and the
/// class with any of the words work as well as all of them.
///
/// A tenth of the images is said to show nothing. Of those with words, a quarter loses all of them;
/// the others lose each word with probability 1/4, and one in 20 its class, which negative prompts
/// need.
final class ConditionDropout {

  private static final double WITHOUT_CONDITION = 0.1;
  private static final double WITHOUT_WORDS = 0.25;
  private static final double WITHOUT_A_WORD = 0.25;
  private static final double WITHOUT_CLASS = 0.05;

  private ConditionDropout() {}

  /// @param whole all that the image shows
  /// @param nothing the condition that says nothing
  static Condition of(Condition whole, Condition nothing, RandomGenerator random) {
    if (random.nextDouble() < WITHOUT_CONDITION) {
      return nothing;
    }
    if (whole.words().isEmpty() || random.nextDouble() < WITHOUT_WORDS) {
      return Condition.of(whole.label());
    }
    List<Integer> kept =
        whole.words().stream().filter(_ -> random.nextDouble() >= WITHOUT_A_WORD).toList();
    boolean classless = random.nextDouble() < WITHOUT_CLASS;
    return new Condition(classless ? nothing.label() : whole.label(), kept);
  }
}
