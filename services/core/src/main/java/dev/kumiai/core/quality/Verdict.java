package dev.kumiai.core.quality;

/// What a filter says of one generated sample.
public sealed interface Verdict {

  /// The sample belongs to the set.
  record Kept() implements Verdict {}

  /// The sample is not stored, only counted.
  record Dropped(DropReason reason) implements Verdict {}

  default boolean isKept() {
    return switch (this) {
      case Kept _ -> true;
      case Dropped _ -> false;
    };
  }
}
