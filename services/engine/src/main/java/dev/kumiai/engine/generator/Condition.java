package dev.kumiai.engine.generator;

import java.util.List;

/// What an image is said to show.
///
/// @param label its class, or the number of classes for "no class"
/// @param words indices into the [WordList]
record Condition(int label, List<Integer> words) {

  Condition {
    words = List.copyOf(words);
  }

  /// The class alone.
  static Condition of(int label) {
    return new Condition(label, List.of());
  }
}
