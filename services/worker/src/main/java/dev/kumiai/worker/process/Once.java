package dev.kumiai.worker.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The one thing that a process is for which works no longer than that.
enum Once {
  TASK,
  ANNOUNCE;

  /// The one of that name, in lower case as it is configured.
  static Optional<Once> of(String name) {
    return Arrays.stream(values()).filter(once -> once.configured().equals(name)).findFirst();
  }

  String configured() {
    return name().toLowerCase(Locale.ROOT);
  }
}
