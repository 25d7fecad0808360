package dev.kumiai.aggregation.request;

/// What makes a request the same when it comes again: the source and the id of its CloudEvent.
public record RequestKey(String source, String id) {

  /// Longest source and id.
  public static final int MOST_CHARACTERS = 255;
}
