package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.Sweep;
import dev.kumiai.protocol.run.GenerationSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The order of a pilot's runs: repetition after repetition, first the baseline and generation with
/// every amount that is tried, in the repetitions that choose, and with the best in the others;
/// then all other arms with the amount that was best. A control with another amount than what it
/// controls would control nothing.
public final class PilotPlan {

  private final int repetitions;
  private final int choosing;
  private final List<Step> first = new ArrayList<>();
  private final List<Arm> later;
  private final List<Arm> then;

  private record Step(Arm arm, @Nullable Amount amount) {}

  public PilotPlan(PilotSpec spec) {
    this.repetitions = spec.repetitions().size();
    this.choosing = spec.choosing();
    if (spec.arms().contains(Arm.NONE)) {
      first.add(new Step(Arm.NONE, null));
    }
    amounts(spec).forEach(amount -> first.add(new Step(Arm.GENERATION, amount)));
    this.later = first.stream().map(Step::arm).distinct().toList();
    this.then = spec.arms().stream().filter(arm -> !later.contains(arm)).toList();
  }

  /// The amounts that generation is tried with; none where it is not tried.
  public static Set<Amount> amounts(PilotSpec spec) {
    GenerationSpec generation = spec.run().generation();
    Set<Amount> amounts = new LinkedHashSet<>();
    if (generation == null || !spec.arms().contains(Arm.GENERATION)) {
      return amounts;
    }
    Amount usual = Amount.of(generation);
    Sweep sweep = spec.sweep();
    if (sweep == null) {
      amounts.add(usual);
      return amounts;
    }
    for (Double multiple : sweep.multiples()) {
      if (sweep.guidances().isEmpty()) {
        amounts.add(new Amount(null, multiple, usual.guidance(), usual.strength()));
      }
      for (Sweep.Steering steering : sweep.guidances()) {
        Double strength = steering.strength();
        amounts.add(
            new Amount(
                null,
                multiple,
                steering.guidance(),
                strength == null ? steering.guidance().defaultStrength() : strength));
      }
    }
    return amounts;
  }

  /// How many runs there are.
  public int size() {
    return choosing * first.size()
        + (repetitions - choosing) * later.size()
        + repetitions * then.size();
  }

  /// How many runs make the first comparison of one repetition.
  int firstComparison() {
    return first.isEmpty() ? then.size() : first.size();
  }

  /// One of the runs.
  ///
  /// @param number below [#size]
  /// @param best the amount that was best, asked for once all runs are over that it depends on
  PlannedRun run(int number, Supplier<Amount> best) {
    int ofFirst = choosing * first.size();
    if (number < ofFirst) {
      Step step = first.get(number % first.size());
      return new PlannedRun(number, number / first.size(), step.arm(), step.amount());
    }
    int ofLater = (repetitions - choosing) * later.size();
    int rest = number - ofFirst;
    return rest < ofLater
        ? withBest(number, choosing + rest / later.size(), later.get(rest % later.size()), best)
        : withBest(
            number, (rest - ofLater) / then.size(), then.get((rest - ofLater) % then.size()), best);
  }

  private static PlannedRun withBest(int number, int repetition, Arm arm, Supplier<Amount> best) {
    return new PlannedRun(
        number, repetition, arm, arm == Arm.NONE || arm == Arm.IID ? null : best.get());
  }
}
