package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.generator.WordList;
import dev.kumiai.generation.prompt.LlmConfig;
import dev.kumiai.generation.remote.RemoteConfig;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.TaskWork;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import dev.kumiai.worker.process.WorkerConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Makes a site's generated data set, once.
@Singleton
final class GenerationWork implements TaskWork {

  private static final Logger LOG = Logger.getLogger(GenerationWork.class);

  private final SetMaking making;
  private final int threads;
  private final EngineDevice.Precision precision;

  /// Found at the first task: a worker is up before libtorch is loaded.
  private @Nullable EngineDevice device;

  @Inject
  GenerationWork(WorkerConfig worker, GenerationConfig config, RemoteConfig remote, LlmConfig llm) {
    this.threads = worker.threads();
    this.precision = config.precision();
    this.making =
        new SetMaking(
            new Generators(
                new GeneratorFolders(config.generators().orElse(List.of())),
                Generators.Services.of(remote, llm, Clock.systemUTC())),
            SiteJudge.measuring(config.measures()),
            this::device,
            config.diskReserve().asLongValue(),
            Clock.systemUTC());
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
    Optional<StoredSet> finished = StoredSet.find(bench.site(), generate.planDigest());
    StoredSet set =
        finished.isPresent()
            ? making.reuse(finished.get(), bench.site())
            : making.make(generate, bench.site(), bench.progress());
    return new TaskResult.Report(report(generate, set, finished.isPresent()));
  }

  /// Counts and measures of a set: nothing else of it leaves the site.
  private static TaskReport report(TaskSpec.Generate task, StoredSet set, boolean reused) {
    SetReport report = set.report();
    return new TaskReport.Generated(
        report.plan(),
        report.counts(),
        reused,
        report.dropped(),
        report.rejected(),
        report.unguided(),
        told(task, report.ignoredWords()),
        SetCost.find(set.folder()).map(SetCost::spent).orElse(null),
        SetQuality.find(set.folder()).orElse(null));
  }

  /// Of ignored words, those that the run itself says: what a language model wrote at the site is
  /// told to nobody.
  private static IgnoredWords told(TaskSpec.Generate task, IgnoredWords ignored) {
    PromptSpec prompts = task.generation().prompts();
    if (prompts == null || prompts.mode() != PromptCatalogue.Mode.LLM) {
      return ignored;
    }
    Set<String> said =
        Stream.of(
                prompts.templates().stream(),
                prompts.attributes().values().stream().flatMap(List::stream),
                prompts.words().values().stream(),
                task.budget().keySet().stream(),
                Stream.ofNullable(prompts.negative()))
            .flatMap(texts -> texts)
            .flatMap(text -> WordList.wordsOf(text).stream())
            .collect(Collectors.toSet());
    return ignored.naming(said::contains);
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
