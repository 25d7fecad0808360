package dev.kumiai.protocol.client;

import java.util.Map;

/// What requests carry of the context that they are made in, such as the headers of a trace (W3C
/// Trace Context).
@FunctionalInterface
public interface RequestContext {

  /// Nothing.
  RequestContext NONE = Map::of;

  /// Headers by name; asked for in the thread that makes the request.
  Map<String, String> headers();
}
