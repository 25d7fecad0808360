package dev.kumiai.kubernetes.job;

/// What is wrong with an attempt at a task that a Job was made for.
public sealed interface Trouble {

  /// Nothing.
  record None() implements Trouble {}

  /// The pod does not run yet; it may still.
  ///
  /// @param reason one word
  /// @param message the rest of the sentence
  record Waits(String reason, String message) implements Trouble {
    @Override
    public String toString() {
      return reason + ": " + message;
    }
  }

  /// Nothing will come of it.
  ///
  /// @param canHelp whether another attempt may succeed
  record Dead(String reason, String message, boolean canHelp) implements Trouble {
    @Override
    public String toString() {
      return reason + ": " + message;
    }
  }
}
