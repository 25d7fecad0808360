package dev.kumiai.worker.process;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a worker is and what it may use. Nothing is required here, because a command needs none of
/// it; [WorkerSettings] says what a worker lacks.
@ConfigMapping(prefix = "kumiai.worker")
public interface WorkerConfig {

  /// Folder with one folder for each site: `<site>/private/<data set>`. Required.
  Optional<Path> dataRoot();

  /// The sites this process works for, separated by commas. Several share the device: one works at
  /// a time. Required.
  Optional<List<String>> sites();

  /// Folder for downloaded models and unfinished updates; by default `.kumiai` in the data root.
  /// Processes may share it.
  Optional<Path> workDir();

  /// Folder with TorchScript files `<SHA-256 of the file>.pt`; only for runs that train such a
  /// model.
  Optional<Path> models();

  /// Threads that one operation on the CPU may use, 1 to 1024. With another number than 1 a result
  /// depends on the number of threads.
  @WithDefault("1")
  int threads();

  /// `task`: do one task, the one that the enrolment token is for, and end, with exit status 0 when
  /// the aggregator took the answer and 1 otherwise; for a single site. `announce`: tell what the
  /// sites hold, and end likewise. No port is opened. Not set, the process works until it is told
  /// to stop.
  Optional<String> once();

  /// How long a claim may wait at the aggregator, 1 to 60 seconds, where the process works for a
  /// single site.
  @WithDefault("20s")
  Duration claimWait();
}
