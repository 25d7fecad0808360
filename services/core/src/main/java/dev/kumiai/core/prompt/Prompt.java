package dev.kumiai.core.prompt;

/// What a generator is told in words about one sample.
///
/// @param text what the sample shows
/// @param negative what it must not show; empty for nothing
public record Prompt(String text, String negative) {

  /// A prompt that forbids nothing.
  public Prompt(String text) {
    this(text, "");
  }
}
