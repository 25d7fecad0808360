package dev.kumiai.generation;

import dev.kumiai.core.Cost;
import dev.kumiai.engine.generator.Generator;
import org.jspecify.annotations.Nullable;

/// What making a batch takes: time and energy from its beginning on, and what its generator tells
/// of the services that it calls.
final class BatchCost {

  private static final double NANOS = 1e9;

  private final Generator generator;
  private final EnergyMeter energy;
  private final Cost before;
  private final EnergyMeter.@Nullable Reading counters;
  private final long begun = System.nanoTime();

  private BatchCost(Generator generator, EnergyMeter energy) {
    this.generator = generator;
    this.energy = energy;
    this.before = generator.cost();
    this.counters = energy.read();
  }

  static BatchCost begin(Generator generator, EnergyMeter energy) {
    return new BatchCost(generator, energy);
  }

  Cost untilNow() {
    double seconds = (System.nanoTime() - begun) / NANOS;
    return since(before, generator.cost())
        .plus(new Cost(seconds, 0, null, null, energy.since(counters)));
  }

  /// What was spent between two readings of a generator's meter.
  private static Cost since(Cost before, Cost now) {
    return new Cost(
        Math.max(0, now.seconds() - before.seconds()),
        Math.max(0, now.calls() - before.calls()),
        now.money() == null || before.money() == null
            ? now.money()
            : now.money().subtract(before.money()),
        now.currency(),
        now.joules() == null || before.joules() == null
            ? now.joules()
            : Double.valueOf(now.joules() - before.joules()));
  }
}
