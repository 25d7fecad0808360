package dev.kumiai.aggregation.run;

import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.site.DatasetCounts;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether sites can do what a spec wants of them, by what they announced.
@ApplicationScoped
class SiteCheck {

  private final SiteStore sites;

  SiteCheck(SiteStore sites) {
    this.sites = sites;
  }

  void participants(RunSpec spec, List<Violation> violations) {
    announced(spec.sites(), spec.data().dataset(), spec.data(), "/sites/", violations);
  }

  void evaluators(RunSpec spec, List<Violation> violations) {
    EvaluationSpec evaluation = spec.evaluation();
    if (evaluation == null) {
      return;
    }
    String where = "/evaluation/sites/";
    Map<Integer, DatasetCounts> found =
        announced(evaluation.sites(), evaluation.dataset(), spec.data(), where, violations);
    found.forEach(
        (index, counts) -> {
          if (counts.total() == 0) {
            violations.add(
                new Violation(
                    where + index,
                    "site '%s' holds no samples of data set '%s' to measure on"
                        .formatted(evaluation.sites().get(index), evaluation.dataset())));
          }
        });
  }

  /// @return what those that can take part announced, by their index in `ids`
  private Map<Integer, DatasetCounts> announced(
      List<SiteId> ids, String dataset, DataSpec data, String where, List<Violation> violations) {
    Map<SiteId, Site> enrolled =
        sites.find(ids).stream().collect(Collectors.toMap(Site::id, Function.identity()));
    Map<Integer, DatasetCounts> found = new TreeMap<>();
    for (int i = 0; i < ids.size(); i++) {
      Site site = enrolled.get(ids.get(i));
      DatasetCounts counts = site == null ? null : site.counts(dataset).orElse(null);
      String what = problem(ids.get(i), site, counts, dataset, data);
      if (what != null) {
        violations.add(new Violation(where + i, what));
      } else if (counts != null) {
        found.put(i, counts);
      }
    }
    return found;
  }

  private static @Nullable String problem(
      SiteId id,
      @Nullable Site site,
      @Nullable DatasetCounts counts,
      String dataset,
      DataSpec data) {
    if (site == null) {
      return "site '" + id + "' has not enrolled: start a worker for it";
    }
    if (counts == null) {
      return "site '%s' has announced no data set '%s'; it has %s"
          .formatted(id, dataset, site.datasets().stream().map(DatasetCounts::dataset).toList());
    }
    Set<String> foreign = new HashSet<>();
    counts
        .perClass()
        .forEach(
            (label, count) -> {
              if (count > 0 && !data.classes().contains(label)) {
                foreign.add(label);
              }
            });
    if (!foreign.isEmpty()) {
      return "site '%s' holds samples of %s, which data.classes does not list"
          .formatted(id, foreign.stream().sorted().toList());
    }
    long files = (long) counts.total() + counts.unreadable();
    if (counts.unreadable() > data.maxUnreadableShare() * files) {
      return "%d of the %d files of site '%s' cannot be read, more than data.maxUnreadableShare %s"
          .formatted(counts.unreadable(), files, id, data.maxUnreadableShare());
    }
    return null;
  }

  /// Finds sites and classes of which there would be nothing, neither private nor generated. To be
  /// called when everything else about sites is right.
  void nothingToTrainOn(RunSpec spec, List<Violation> violations) {
    SortedMap<SiteId, DatasetCounts> counts = new TreeMap<>();
    sites
        .find(spec.sites())
        .forEach(
            site ->
                site.counts(spec.data().dataset())
                    .ifPresent(found -> counts.put(site.id(), found)));
    if (!amountIsPossible(spec, counts, violations)) {
      return;
    }
    List<Participant> participants = GenerationPlan.participants(spec, counts);
    boolean privateCounts = spec.training().trainsOn() != TrainsOn.GENERATED_ONLY;
    for (Participant participant : participants) {
      if (!privateCounts || participant.counts().total() == 0) {
        String what = withoutData(spec, participant);
        if (what != null) {
          violations.add(new Violation("/sites/" + spec.sites().indexOf(participant.site()), what));
        }
      }
    }
    for (int i = 0; i < spec.data().classes().size(); i++) {
      String label = spec.data().classes().get(i);
      boolean learnt =
          spec.model().initial() != null
              || participants.stream()
                  .anyMatch(
                      site ->
                          (privateCounts && site.counts().perClass().getOrDefault(label, 0) > 0)
                              || generates(spec, site, label));
      if (!learnt) {
        violations.add(
            new Violation(
                "/data/classes/" + i,
                privateCounts
                    ? "no site holds a sample of '"
                        + label
                        + "' and none is generated: leave it out"
                    : "no site generates a sample of '"
                        + label
                        + "', and nothing else is trained on: leave it out, or raise the amount"));
      }
    }
  }

  /// A multiple of nothing is nothing, and one of very much is too much.
  private static boolean amountIsPossible(
      RunSpec spec, SortedMap<SiteId, DatasetCounts> counts, List<Violation> violations) {
    GenerationSpec generation = spec.generation();
    if (generation == null || generation.multiple() == null) {
      return true;
    }
    long held = GenerationPlan.privateSamples(counts);
    long total = GenerationPlan.total(generation, held);
    if (total >= 1 && total <= GenerationSpec.MOST_SAMPLES) {
      return true;
    }
    violations.add(
        new Violation(
            "/generation/multiple",
            "comes to %d samples, as the sites hold %d: it has to be 1 to %d"
                .formatted(total, held, GenerationSpec.MOST_SAMPLES)));
    return false;
  }

  /// Whether there will be generated samples of a class. Classical augmentation invents none.
  private static boolean generates(RunSpec spec, Participant site, String label) {
    boolean invents =
        spec.generation() != null
            && !(spec.generation().generator() instanceof GeneratorRef.Classical);
    return site.budget().containsKey(label)
        && (invents || site.counts().perClass().getOrDefault(label, 0) > 0);
  }

  private static @Nullable String withoutData(RunSpec spec, Participant participant) {
    boolean generates =
        spec.data().classes().stream().anyMatch(label -> generates(spec, participant, label));
    if (spec.training().trainsOn() == TrainsOn.GENERATED_ONLY) {
      return generates
          ? null
          : "site '%s' generates no samples, and nothing else is trained on: leave it out, or generate some for it"
              .formatted(participant.site());
    }
    String who = "site '" + participant.site() + "' holds no samples ";
    if (!generates) {
      return who + "and generates none: leave it out, or generate some for it";
    }
    if (spec.strategy().weighting() == StrategySpec.Weighting.PRIVATE) {
      return who + "of its own, so under weighting PRIVATE its vote counts nothing: choose ALL";
    }
    return null;
  }
}
