package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.pilot.RunFacts.Recorded;
import dev.kumiai.core.Cost;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.pilot.ArmResults;
import dev.kumiai.core.pilot.Evidence;
import dev.kumiai.core.pilot.Interval;
import dev.kumiai.core.pilot.Judge;
import dev.kumiai.core.pilot.Outcome;
import dev.kumiai.core.pilot.PilotRules;
import dev.kumiai.core.pilot.Summary;
import dev.kumiai.core.pilot.Verdict;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import dev.kumiai.protocol.pilot.PilotReport.Decision;
import dev.kumiai.protocol.pilot.PilotReport.Difference;
import dev.kumiai.protocol.pilot.PilotReport.Estimate;
import dev.kumiai.protocol.pilot.PilotReport.RoundBand;
import dev.kumiai.protocol.pilot.PilotReport.RoundReport;
import dev.kumiai.protocol.pilot.PilotReport.RunCost;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.pilot.PilotReport.VerdictView;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.run.RunPhase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Computes what came out of a pilot from what is recorded of its runs. Nothing of it is stored, so
/// a run that was retried counts as it is now.
@ApplicationScoped
public class PilotReports {

  private final Pilots pilots;
  private final RunFacts facts;
  private final Clock clock;

  PilotReports(Pilots pilots, RunFacts facts, Clock clock) {
    this.pilots = pilots;
    this.facts = facts;
    this.clock = clock;
  }

  /// An arm with an amount: what the runs of several repetitions have in common.
  private record Kind(Arm arm, @Nullable Amount amount) {}

  /// One run with what was measured in it.
  private record Known(PilotRun run, RunReport report, Optional<Outcome> outcome) {
    Kind kind() {
      return new Kind(run.planned().arm(), run.planned().amount());
    }
  }

  /// The report of a pilot, be it over or not.
  @Transactional
  public PilotReport of(PilotId id) {
    Pilot pilot = pilots.get(id);
    Instant now = clock.instant();
    List<Known> known = new ArrayList<>();
    for (PilotRun run : pilots.runs(id)) {
      Recorded recorded = facts.of(run.run());
      Measured measured = Measured.of(recorded);
      known.add(
          new Known(
              run,
              RunReports.of(run, recorded, measured, now),
              PilotResults.outcome(run, recorded)));
    }
    return report(pilot, known);
  }

  private static PilotReport report(Pilot pilot, List<Known> known) {
    SequencedMap<Kind, List<Known>> kinds = new LinkedHashMap<>();
    known.forEach(run -> kinds.computeIfAbsent(run.kind(), _ -> new ArrayList<>()).add(run));
    Evidence evidence = evidence(pilot.spec(), kinds);
    PilotRules rules = pilot.spec().rules();
    Map<String, Amount> amounts = new LinkedHashMap<>();
    PilotPlan.amounts(pilot.spec()).forEach(amount -> amounts.put(amount.inWords(), amount));
    Amount chosen = evidence.best().map(amounts::get).orElse(null);
    return new PilotReport(
        pilot.id(),
        pilot.spec(),
        pilot.state().phase(),
        new PilotPlan(pilot.spec()).size(),
        (int) known.stream().filter(run -> run.report().phase().isTerminal()).count(),
        verdict(Judge.judge(evidence, rules), amounts, known),
        rules.confidence(),
        chosen,
        kinds.entrySet().stream()
            .map(kind -> arm(kind.getKey(), kind.getValue(), rules.confidence()))
            .toList(),
        differences(pilot.spec(), evidence),
        known.stream().map(Known::report).toList());
  }

  private static Evidence evidence(PilotSpec spec, Map<Kind, List<Known>> kinds) {
    SequencedMap<String, ArmResults> candidates = new LinkedHashMap<>();
    for (Amount amount : PilotPlan.amounts(spec)) {
      candidates.put(
          amount.inWords(),
          results(kinds.getOrDefault(new Kind(Arm.GENERATION, amount), List.of())));
    }
    Map<Arm, ArmResults> arms = new EnumMap<>(Arm.class);
    kinds.forEach(
        (kind, runs) -> {
          if (kind.arm() != Arm.GENERATION) {
            arms.put(kind.arm(), results(runs));
          }
        });
    return new Evidence(
        candidates, arms, 1.0 / spec.run().data().classes().size(), spec.choosing());
  }

  private static ArmResults results(List<Known> runs) {
    return new ArmResults(runs.stream().flatMap(run -> run.outcome().stream()).toList());
  }

  private static VerdictView verdict(
      Verdict verdict, Map<String, Amount> amounts, List<Known> known) {
    List<String> reasons = new ArrayList<>(verdict.reasons());
    long lost =
        known.stream()
            .filter(run -> run.report().phase().isTerminal())
            .filter(run -> run.report().phase() != RunPhase.SUCCEEDED)
            .count();
    if (lost > 0) {
      reasons.add(
          "%d of %d runs did not succeed and are left out, with what they would have been compared with."
              .formatted(lost, known.size()));
    }
    return switch (verdict) {
      case Verdict.Go go ->
          new VerdictView(
              Decision.GO, Objects.requireNonNull(amounts.get(go.settings())), null, reasons);
      case Verdict.NoGo _ -> new VerdictView(Decision.NO_GO, null, null, reasons);
      case Verdict.Undecided open ->
          new VerdictView(Decision.UNDECIDED, null, open.moreSeeds(), reasons);
    };
  }

  private static ArmReport arm(Kind kind, List<Known> runs, double confidence) {
    ArmResults results = results(runs);
    List<RoundBand> bands = new ArrayList<>();
    results
        .bands(confidence)
        .forEach((round, band) -> bands.add(new RoundBand(round, Estimate.of(band))));
    return new ArmReport(
        kind.arm(),
        kind.amount(),
        estimate(results, Outcome::accuracy, confidence),
        estimate(results, Outcome::worstClass, confidence),
        estimate(results, Outcome::worstSite, confidence),
        bands,
        drift(runs, confidence),
        cost(runs));
  }

  private static @Nullable Estimate estimate(
      ArmResults results, ArmResults.Measure measure, double confidence) {
    return results
        .summary(measure)
        .map(summary -> Estimate.of(Interval.of(summary, confidence)))
        .orElse(null);
  }

  private static @Nullable Estimate drift(List<Known> runs, double confidence) {
    List<Double> ofRuns = new ArrayList<>();
    for (Known run : runs) {
      run.report().rounds().stream()
          .map(RoundReport::drift)
          .filter(Objects::nonNull)
          .mapToDouble(Double::doubleValue)
          .average()
          .ifPresent(ofRuns::add);
    }
    return ofRuns.isEmpty() ? null : Estimate.of(Interval.of(Summary.of(ofRuns), confidence));
  }

  private static RunCost cost(List<Known> runs) {
    List<RunCost> over =
        runs.stream()
            .map(Known::report)
            .filter(report -> report.phase() == RunPhase.SUCCEEDED)
            .map(RunReport::cost)
            .toList();
    return new RunCost(
        mean(over, RunCost::seconds),
        mean(over, RunCost::generationSeconds),
        mean(over, RunCost::trainingSeconds),
        Math.round(mean(over, RunCost::bytesUp)),
        Math.round(mean(over, RunCost::bytesDown)),
        generatorCost(over));
  }

  /// The mean over the runs whose sites told.
  private static @Nullable Cost generatorCost(List<RunCost> costs) {
    List<Cost> told = costs.stream().flatMap(run -> Stream.ofNullable(run.generator())).toList();
    if (told.isEmpty()) {
      return null;
    }
    Cost all = told.stream().reduce(Cost.NONE, Cost::plus);
    int runs = told.size();
    return new Cost(
        all.seconds() / runs,
        Math.round((double) all.calls() / runs),
        all.money() == null
            ? null
            : all.money().divide(BigDecimal.valueOf(runs), MathContext.DECIMAL32),
        all.currency(),
        all.joules() == null ? null : Double.valueOf(all.joules() / runs));
  }

  private static double mean(List<RunCost> costs, ToDoubleFunction<RunCost> of) {
    return costs.stream().mapToDouble(of).average().orElse(0);
  }

  private static List<Difference> differences(PilotSpec spec, Evidence evidence) {
    ArmResults generation =
        evidence.best().map(best -> evidence.candidates().get(best)).orElse(null);
    if (generation == null) {
      return List.of();
    }
    double confidence = spec.rules().confidenceAmong(evidence.candidates().size());
    List<Difference> differences = new ArrayList<>();
    for (Arm arm : spec.arms()) {
      ArmResults other = evidence.of(arm);
      generation
          .less(other, Outcome::accuracy, confidence)
          .filter(_ -> arm != Arm.GENERATION)
          .ifPresent(
              accuracy ->
                  differences.add(
                      new Difference(
                          arm,
                          confidence,
                          Estimate.of(accuracy),
                          less(generation, other, Outcome::worstClass, confidence),
                          less(generation, other, Outcome::worstSite, confidence))));
    }
    return differences;
  }

  private static @Nullable Estimate less(
      ArmResults generation, ArmResults other, ArmResults.Measure measure, double confidence) {
    return generation.less(other, measure, confidence).map(Estimate::of).orElse(null);
  }
}
