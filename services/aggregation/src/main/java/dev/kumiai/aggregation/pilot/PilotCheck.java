package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.run.FormCheck;
import dev.kumiai.aggregation.run.RunSpecCheck;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Finds everything that is wrong with a pilot: its own form, and what would be wrong with any of
/// its runs.
@ApplicationScoped
class PilotCheck {

  private static final int MOST_RUNS = 2_000;

  private final FormCheck formCheck;
  private final RunSpecCheck runSpecCheck;
  private final ArmRuns armRuns;

  PilotCheck(FormCheck formCheck, RunSpecCheck runSpecCheck, ArmRuns armRuns) {
    this.formCheck = formCheck;
    this.runSpecCheck = runSpecCheck;
    this.armRuns = armRuns;
  }

  /// Looks for mistakes.
  ///
  /// @param known mistakes found while the spec was read, by JSON pointer
  /// @return them and all others
  List<Violation> violations(PilotSpec spec, List<Violation> known) {
    Set<Violation> found = new LinkedHashSet<>(known);
    formCheck.violations(spec).stream()
        .filter(mistake -> known.stream().noneMatch(o -> o.where().equals(mistake.where())))
        .forEach(found::add);
    if (spec.run() != null) {
      templateForm(spec.run(), known, found);
    }
    if (!found.isEmpty()) {
      return List.copyOf(found);
    }
    arms(spec, found);
    repetitions(spec, found);
    run(spec, found);
    if (found.isEmpty()) {
      runs(spec, found);
    }
    return List.copyOf(found);
  }

  /// What each repetition brings may be missing from the run.
  private void templateForm(RunSpec run, List<Violation> known, Set<Violation> found) {
    formCheck.violations(run).stream()
        .filter(mistake -> !Set.of("/name", "/sites").contains(mistake.where()))
        .map(mistake -> new Violation("/run" + mistake.where(), mistake.what()))
        .filter(mistake -> known.stream().noneMatch(o -> o.where().equals(mistake.where())))
        .forEach(found::add);
  }

  private static void arms(PilotSpec spec, Set<Violation> found) {
    if (new HashSet<>(spec.arms()).size() < spec.arms().size()) {
      found.add(new Violation("/arms", "names an arm twice: name each once"));
    }
    if (!spec.arms().contains(Arm.NONE) || spec.arms().size() < 2) {
      found.add(
          new Violation("/arms", "needs NONE, the baseline, and something to compare it with"));
    }
    boolean generates = spec.arms().stream().anyMatch(arm -> arm != Arm.NONE && arm != Arm.IID);
    if (generates && spec.run().generation() == null) {
      found.add(
          new Violation(
              "/run/generation", "is missing: it says how much is added, in every arm that adds"));
    }
    if (spec.sweep() != null && !spec.arms().contains(Arm.GENERATION)) {
      found.add(new Violation("/sweep", "needs the arm GENERATION, which it varies"));
    }
    if (found.isEmpty() && new PilotPlan(spec).size() > MOST_RUNS) {
      found.add(
          new Violation(
              "/repetitions",
              "make %d runs with these arms and this sweep, and a pilot has at most %d"
                  .formatted(new PilotPlan(spec).size(), MOST_RUNS)));
    }
  }

  private static void repetitions(PilotSpec spec, Set<Violation> found) {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < spec.repetitions().size(); i++) {
      Repetition repetition = spec.repetitions().get(i);
      if (!seen.add(List.of(repetition.seed(), Set.copyOf(repetition.sites())))) {
        found.add(
            new Violation(
                "/repetitions/" + i,
                "has the seed and the sites of another one: it would tell nothing new"));
      }
    }
  }

  private static void run(PilotSpec spec, Set<Violation> found) {
    if (spec.run().evaluation() == null) {
      found.add(new Violation("/run/evaluation", "is missing: a pilot compares what it measures"));
    }
    if (spec.run().round().trigger() == RoundSpec.Trigger.MANUAL) {
      found.add(
          new Violation(
              "/run/round/trigger", "must be AUTOMATIC: nobody asks for the rounds of a pilot"));
    }
  }

  /// What would be wrong with the runs, each mistake once and where the pilot's author wrote it.
  private void runs(PilotSpec spec, Set<Violation> found) {
    PilotPlan plan = new PilotPlan(spec);
    for (int number = 0; number < plan.size(); number++) {
      PlannedRun planned = plan.run(number, () -> usual(spec));
      RunSpec run = armRuns.of(spec, planned);
      for (Violation mistake : runSpecCheck.violations(run, List.of())) {
        found.add(new Violation(where(mistake.where(), planned), mistake.what()));
      }
    }
  }

  /// Stands for the best amount, which is known later.
  private static Amount usual(PilotSpec spec) {
    return PilotPlan.amounts(spec).stream()
        .findFirst()
        .orElseGet(() -> Amount.of(Objects.requireNonNull(spec.run().generation())));
  }

  private static String where(String ofRun, PlannedRun planned) {
    String repetition = "/repetitions/" + planned.repetition();
    if (ofRun.startsWith("/sites")) {
      return repetition + ofRun;
    }
    if (ofRun.startsWith("/evaluation/sites")) {
      return repetition + ofRun.replaceFirst("/evaluation/sites", "/evaluators");
    }
    return "/run" + ofRun;
  }
}
