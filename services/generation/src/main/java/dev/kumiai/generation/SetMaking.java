package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a site's generated sets: looks first whether all of it can work, then lets a [SetMaker]
/// add batch after batch, and gives the set its report and its name.
final class SetMaking {

  /// Larger batches are no faster on a CPU; a GPU wants them.
  private static final int CPU_BATCH = 64;

  private static final int GPU_BATCH = 512;

  /// A batch in memory, so that large images come in small batches.
  private static final int BATCH_BYTES = 32 << 20;

  private static final int NAMED = 5;

  /// Makes the judge of a set.
  @FunctionalInterface
  interface Judges {
    SetJudge of(TaskSpec.Generate task, RealSamples real, EngineDevice device, Progress progress);
  }

  private final Generators generators;
  private final Judges judges;
  private final Supplier<EngineDevice> device;
  private final long reserveBytes;
  private final EnergyMeter energy = EnergyMeter.ofThisMachine();
  private final Clock clock;

  SetMaking(
      Generators generators,
      Judges judges,
      Supplier<EngineDevice> device,
      long reserveBytes,
      Clock clock) {
    this.generators = generators;
    this.judges = judges;
    this.device = device;
    this.reserveBytes = reserveBytes;
    this.clock = clock;
  }

  /// Makes a set, or goes on with what an earlier attempt has left of it.
  ///
  /// @throws KumiaiException.StorageFull `disk-too-small` before it begins, `disk-full` in the
  ///   middle
  StoredSet make(TaskSpec.Generate task, SiteFolder site, Progress progress) {
    SortedMap<String, Integer> budget = SetBudget.of(task);
    progress.report(0, "loading the generator");
    RealSamples real = RealSamples.of(site, task.data());
    GeneratedSet set = new GeneratedSet(site, task.planDigest());
    try (Generator generator = generators.find(task, site).load(device)) {
      requireCapable(task, generator.capabilities(), budget);
      Digest publicImages = Generators.publicImages(task, site).orElse(null);
      Prompts prompts = generators.prompts(task, budget.keySet(), site, progress);
      try (SetLock _ = set.lock()) {
        // Another process may have finished it while this one waited for its turn.
        if (set.finished().isPresent()) {
          return reuse(set.finished().get(), site);
        }
        GrowingSet growing =
            set.begin(new SetPlan(task, real.digest(), publicImages), clock.instant());
        grow(task, generator, real, prompts, growing, progress);
        return set.finish(
            growing,
            report(task, growing.samples(), unguided(task, real, generator.capabilities(), budget))
                .ignoring(ignoredWords(generator, growing.samples())));
      }
    } catch (IOException e) {
      throw new DiskRoom(site.path(), reserveBytes).failure(e);
    }
  }

  /// A finished set, for one more run.
  ///
  /// @throws KumiaiException.Conflict `generated-set-rejected`, or `generated-set-sources-changed`
  ///   when it is of public images that are others by now
  StoredSet reuse(StoredSet stored, SiteFolder site) {
    StoredSet usable = stored.requireUsable();
    SetPlan.find(usable.folder()).ifPresent(plan -> requireSamePublicImages(plan, site));
    return usable;
  }

  /// Where the site has removed its public images there are none that the set could differ from.
  private static void requireSamePublicImages(SetPlan plan, SiteFolder site) {
    Digest then = plan.publicImages();
    if (then != null
        && Generators.publicImages(plan.task(), site)
            .filter(now -> !now.equals(then))
            .isPresent()) {
      throw new KumiaiException.Conflict(
          "generated-set-sources-changed",
          "the site's images of %s are not those that its generated set of plan %s was made with: give the others another name, or let the site delete the set's folder, and a run makes the set anew"
              .formatted(plan.task().generation().generator(), plan.task().planDigest()));
    }
  }

  /// Makes others in the place of rejected samples, with the next indices, and takes the rejection
  /// of the whole set back.
  ///
  /// @throws KumiaiException.Conflict `generated-set-sources-changed` when the site's private
  ///   samples, or its public images, are not those that the set was made with
  StoredSet regenerate(StoredSet stored, SiteFolder site, Progress progress) {
    SetPlan plan = SetPlan.require(stored.folder());
    TaskSpec.Generate task = plan.task();
    RealSamples real = RealSamples.of(site, task.data());
    if (!real.digest().equals(plan.real())) {
      throw new KumiaiException.Conflict(
          "generated-set-sources-changed",
          "the site's private samples are not those that the set was made with: delete the set's folder, and a run makes the set anew");
    }
    requireSamePublicImages(plan, site);
    try (Generator generator = generators.find(task, site).load(device);
        SetLock _ = new GeneratedSet(site, task.planDigest()).lock()) {
      requireCapable(task, generator.capabilities(), SetBudget.of(task));
      GrowingSet growing = GrowingSet.extend(stored.folder());
      requireUndamaged(stored.folder(), growing.samples());
      Prompts prompts = generators.prompts(task, SetBudget.of(task).keySet(), site, progress);
      grow(task, generator, real, prompts, growing, progress);
      growing.force();
      SetReport report =
          stored
              .report()
              .after(growing.samples(), null)
              .ignoring(ignoredWords(generator, growing.samples()));
      StoredSet.write(stored.folder(), report);
      return new StoredSet(stored.folder(), report);
    } catch (IOException e) {
      throw new DiskRoom(site.path(), reserveBytes).failure(e);
    }
  }

  private static void requireUndamaged(Path folder, List<GeneratedSample> samples)
      throws IOException {
    Set<String> damaged = GrowingSet.damaged(folder, samples);
    if (!damaged.isEmpty()) {
      throw new KumiaiException.Invalid(
          "generated-set-damaged",
          "%d files of the set are missing or changed: reject these samples, or delete the set's folder"
              .formatted(damaged.size()),
          damaged.stream()
              .limit(NAMED)
              .map(file -> new Violation(file, "is not what the manifest says"))
              .toList());
    }
  }

  private void grow(
      TaskSpec.Generate task,
      Generator generator,
      RealSamples real,
      @Nullable Prompts prompts,
      GrowingSet growing,
      Progress progress)
      throws IOException {
    ImageForm form = generator.capabilities().form();
    new DiskRoom(growing.folder(), reserveBytes).require(missing(task, growing), form);
    try (SetJudge judge = judges.of(task, real, device.get(), progress)) {
      LabelledImages kept = kept(growing, task.data(), form);
      if (!kept.isEmpty()) {
        judge.remember(kept);
      }
      int batch = Math.min(batch(form), generator.batch());
      new SetMaker(task, generator, real, prompts, judge, growing, batch, energy, clock)
          .make(progress);
      Optional<QualityReport> quality =
          judge.measure(
              kept(growing, task.data(), form),
              SetQuality.guides(growing.samples(), real),
              SetQuality.filtered(growing.samples()),
              progress);
      if (quality.isPresent()) {
        SetQuality.write(growing.folder(), quality.get());
      }
    }
  }

  private static long missing(TaskSpec.Generate task, GrowingSet growing) {
    SortedMap<String, SetReport.OfClass> classes =
        SetReport.count(SetBudget.of(task), growing.samples());
    return classes.values().stream().mapToLong(SetReport.OfClass::missing).sum();
  }

  private static LabelledImages kept(GrowingSet growing, DataSpec data, ImageForm form) {
    List<String> files =
        growing.samples().stream()
            .filter(GeneratedSample::isKept)
            .map(GeneratedSample::file)
            .filter(Objects::nonNull)
            .toList();
    return ImageSets.load(growing.folder(), files, data.classes(), form).requireReadable(0);
  }

  private int batch(ImageForm form) {
    int most = device.get().isGpu() ? GPU_BATCH : CPU_BATCH;
    return Math.clamp(BATCH_BYTES / form.values(), 1, most);
  }

  /// The report of a set with these samples.
  static SetReport report(
      TaskSpec.Generate task, List<GeneratedSample> samples, List<String> unguided) {
    return new SetReport(
        task.planDigest(),
        task.generation().generator(),
        task.generation().guidance(),
        SetReport.count(SetBudget.of(task), samples),
        unguided,
        IgnoredWords.NONE,
        null);
  }

  /// Of everything that the generator was told for these samples.
  private static IgnoredWords ignoredWords(Generator generator, List<GeneratedSample> samples) {
    Map<String, List<String>> ofText = new HashMap<>();
    Map<String, Integer> samplesTold = new HashMap<>();
    for (GeneratedSample sample : samples) {
      Stream.of(Optional.ofNullable(sample.prompt()), Optional.ofNullable(sample.negativePrompt()))
          .flatMap(Optional::stream)
          .flatMap(text -> ofText.computeIfAbsent(text, generator::ignoredWords).stream())
          .distinct()
          .forEach(word -> samplesTold.merge(word, 1, Integer::sum));
    }
    return IgnoredWords.of(samplesTold);
  }

  private static List<String> unguided(
      TaskSpec.Generate task,
      RealSamples real,
      Capabilities capabilities,
      SortedMap<String, Integer> budget) {
    return budget.keySet().stream()
        .filter(label -> real.leavesUnguided(task.generation(), label, capabilities))
        .toList();
  }

  private static void requireCapable(
      TaskSpec.Generate task, Capabilities capabilities, SortedMap<String, Integer> budget) {
    if (capabilities.vocabulary() instanceof Capabilities.Closed(List<String> known)
        && !known.containsAll(budget.keySet())) {
      List<String> unknown = new ArrayList<>(budget.keySet());
      unknown.removeAll(known);
      throw new KumiaiException.Invalid(
          "generator-class-unknown",
          "the generator does not know %s, only %s: name another generator, or train one"
              .formatted(unknown, known));
    }
    ImageForm form = new ImageForm(task.data().imageSize(), task.data().channels());
    if (!capabilities.form().equals(form)) {
      throw new KumiaiException.Invalid(
          "generator-form-mismatch",
          "the generator makes %s and the run trains on %s: name another generator, or set the run's imageSize and channels to the generator's"
              .formatted(describe(capabilities.form()), describe(form)));
    }
  }

  private static String describe(ImageForm form) {
    return "images of %dx%d pixels with %d channels"
        .formatted(form.size(), form.size(), form.channels());
  }
}
