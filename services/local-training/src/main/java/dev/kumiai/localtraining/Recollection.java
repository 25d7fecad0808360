package dev.kumiai.localtraining;

import dev.kumiai.core.Digest;
import dev.kumiai.core.strategy.site.SiteHalf;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.RunMemory;
import dev.kumiai.worker.Workbench;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a strategy goes on from at this site: what it remembers here, and what the server tells.
/// The files stay mapped until this is closed.
///
/// @param remembered null where there is nothing to remember, or not yet
/// @param control null where there is no control variate, or not yet
record Recollection(
    SiteHalf half, @Nullable SafetensorsFile remembered, @Nullable SafetensorsFile control)
    implements AutoCloseable {

  static Recollection of(TaskSpec.Train task, RunMemory memory, Workbench bench)
      throws IOException {
    SiteHalf half = task.strategy().name().kind().siteHalf(task.strategy().parameters());
    Digest counted = task.counted();
    Digest control = task.control();
    return new Recollection(
        half,
        counted == null ? null : memory.recall(counted),
        control == null ? null : SafetensorsFile.open(bench.models().apply(control)));
  }

  LocalMethod method() {
    return new LocalMethod(
        half,
        remembered == null ? null : remembered.weights(),
        control == null ? null : control.weights());
  }

  @Override
  public void close() {
    if (remembered != null) {
      remembered.close();
    }
    if (control != null) {
      control.close();
    }
  }
}
