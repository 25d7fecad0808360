package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.worker.SiteFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// A process of its own that makes one set: for tests to kill.
public final class MakesASet {

  static final Map<String, Integer> BUDGET = Map.of("bright", 330, "dark", 200);

  private MakesASet() {}

  /// Makes the set.
  ///
  /// @param arguments the site's folder, the folder with generators, the generator's digest
  public static void main(String... arguments) {
    EngineDevice device = EngineDevice.cpu(1);
    new SetMaking(
            Offline.generators(Path.of(arguments[1])),
            (_, _, _, _) -> new Choosy(),
            () -> device,
            1 << 20,
            Clock.systemUTC())
        .make(
            Shades.task(Digest.parse(arguments[2]), BUDGET),
            new SiteFolder(Path.of(arguments[0])),
            Progress.SILENT);
  }
}
