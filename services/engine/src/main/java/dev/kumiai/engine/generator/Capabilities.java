package dev.kumiai.engine.generator;

import dev.kumiai.engine.data.ImageForm;
import java.util.List;
import java.util.Set;

/// What a generator can be asked for.
///
/// @param vocabulary the classes it knows
/// @param form the form of its samples
/// @param guidance what can steer it
/// @param prompts whether it can be told more than the class
public record Capabilities(
    Vocabulary vocabulary, ImageForm form, Set<Guidance.Kind> guidance, boolean prompts) {

  public Capabilities {
    guidance = Set.copyOf(guidance);
  }

  /// The classes that a generator knows.
  public sealed interface Vocabulary {

    /// Whether the generator can be asked for a class.
    default boolean knows(String label) {
      return switch (this) {
        case Closed closed -> closed.classes().contains(label);
        case Open _ -> true;
      };
    }
  }

  /// A fixed list, such as what a generator was trained on.
  public record Closed(List<String> classes) implements Vocabulary {
    public Closed {
      classes = List.copyOf(classes);
    }
  }

  /// Whatever has a name.
  public record Open() implements Vocabulary {}
}
