package dev.kumiai.core.quality;

/// What a filter says of one generated sample.
public sealed interface Verdict {

  /// The sample belongs to the set.
  ///
  /// @param labelJudged false where nothing at the site could tell samples of its class from
  ///   others: it is kept, and nobody knows whether it shows what it should
  record Kept(boolean labelJudged) implements Verdict {

    /// All filters looked at it.
    public Kept() {
      this(true);
    }
  }

  /// The sample is not stored, only counted.
  record Dropped(DropReason reason) implements Verdict {}

  default boolean isKept() {
    return switch (this) {
      case Kept _ -> true;
      case Dropped _ -> false;
    };
  }
}
