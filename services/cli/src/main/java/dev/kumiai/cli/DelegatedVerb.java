package dev.kumiai.cli;

import dev.kumiai.cli.process.Installation;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Runs a verb that needs the engine in the service that is packaged with it: same terminal, same
/// arguments, same exit status.
final class DelegatedVerb {

  private DelegatedVerb() {}

  static int run(Installation.Service service, String verb, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(verb));
    all.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(Installation.ofThisProcess().command(service, List.of(), all))
              .inheritIO()
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "verb-stop"));
      return process.waitFor();
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "verb-not-started", service.folder() + " cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("interrupted");
    }
  }
}
