package dev.kumiai.cli.demo;

import dev.kumiai.cli.process.Installation.Service;
import dev.kumiai.cli.process.RunningServices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Verbs of the packaged services, as processes that are expected to end.
public record Verbs(RunningServices services, Steps steps) {

  /// Waits until a verb is over, showing what it says last.
  ///
  /// @param what the step, for people
  public void run(Service service, String verb, List<String> arguments, String what)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(verb));
    all.addAll(arguments);
    services.run(
        verb,
        service,
        all,
        running -> steps.await(what, () -> !running.process().isAlive(), running::lastLine));
  }
}
