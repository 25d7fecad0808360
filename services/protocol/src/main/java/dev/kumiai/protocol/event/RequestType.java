package dev.kumiai.protocol.event;

import java.util.Arrays;
import java.util.Optional;

/// What can be asked for through a broker.
public enum RequestType {
  /// Data: a [dev.kumiai.protocol.run.RunSpec].
  CREATE("dev.kumiai.run.create"),
  CANCEL("dev.kumiai.run.cancel"),
  SUSPEND("dev.kumiai.run.suspend"),
  RESUME("dev.kumiai.run.resume"),
  /// The next round of a run whose rounds are started by hand.
  START_ROUND("dev.kumiai.round.start");

  private final String type;

  RequestType(String type) {
    this.type = type;
  }

  /// As in the `type` of a CloudEvent.
  public String type() {
    return type;
  }

  public static Optional<RequestType> of(String type) {
    return Arrays.stream(values()).filter(known -> known.type.equals(type)).findFirst();
  }
}
