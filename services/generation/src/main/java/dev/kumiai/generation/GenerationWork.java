package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.TaskWork;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.process.WorkerConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Makes a site's generated data set, once.
@Singleton
final class GenerationWork implements TaskWork {

  private static final Logger LOG = Logger.getLogger(GenerationWork.class);

  private final Generators generators;
  private final int threads;
  private final EngineDevice.Precision precision;

  /// Found at the first task: a worker is up before libtorch is loaded.
  private @Nullable EngineDevice device;

  GenerationWork(WorkerConfig worker, GenerationConfig config) {
    this.generators = new Generators(new GeneratorFolders(config.generators().orElse(List.of())));
    this.threads = worker.threads();
    this.precision = config.precision();
  }

  @Override
  public Set<TaskKind> kinds() {
    return Set.of(TaskKind.GENERATE);
  }

  /// None: the site's local-training tells what it trains on.
  @Override
  public List<DatasetCounts> holdings(SiteId site, SiteFolder folder) {
    return List.of();
  }

  @Override
  public TaskResult perform(ClaimedTask task, Workbench bench) {
    if (!(task.spec() instanceof TaskSpec.Generate generate)) {
      throw new KumiaiException.Invalid(
          "task-kind-unknown", "generation only generates: the rest is local-training's work");
    }
    GeneratedSet set = new GeneratedSet(bench.site(), generate.planDigest());
    Optional<GeneratedSet.Report> finished = set.finished();
    GeneratedSet.Report report =
        finished.isPresent() ? finished.get() : make(generate, set, task.attempt(), bench);
    return new TaskResult.Report(
        new TaskReport.Generated(generate.planDigest(), report.counts(), finished.isPresent()));
  }

  private GeneratedSet.Report make(
      TaskSpec.Generate task, GeneratedSet set, int attempt, Workbench bench) {
    bench.progress().report(0, "loading the generator");
    Generators.Found found = generators.find(task);
    Path partial = set.begin(attempt);
    boolean whole = false;
    try (Generator generator = found.load(device())) {
      GeneratedSet.Report report =
          new SetMaker(task, generator, bench.site()).make(partial, bench.progress());
      set.finish(partial, report);
      whole = true;
      return report;
    } finally {
      if (!whole) {
        discard(set);
      }
    }
  }

  private static void discard(GeneratedSet set) {
    try {
      set.discard();
    } catch (IOException e) {
      LOG.warnf("unfinished images are left until the next attempt: %s", e.getMessage());
    }
  }

  private EngineDevice device() {
    EngineDevice found = device;
    if (found == null) {
      found = EngineDevice.detect(threads, precision);
      LOG.infof("computes on %s, %d CPU threads", found.device(), threads);
      device = found;
    }
    return found;
  }
}
