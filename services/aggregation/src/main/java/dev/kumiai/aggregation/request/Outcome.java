package dev.kumiai.aggregation.request;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.event.EventData.Refusal;

/// What became of a request.
public sealed interface Outcome {

  /// Done.
  record Accepted(RunId run) implements Outcome {}

  /// Not done, and it will not be when it comes again.
  record Refused(Refusal why) implements Outcome {}
}
