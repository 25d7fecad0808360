package dev.kumiai.aggregation;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.pilot.Sweep;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a test asks for, where it differs from a plain pilot of two seeds.
final class TinyPilot {

  private final RunSpec run;
  private List<Arm> arms = List.of(Arm.NONE, Arm.GENERATION);
  private List<Repetition> repetitions;
  private @Nullable Sweep sweep;

  /// @param judge measures
  TinyPilot(TinySpec run, TinySite judge, TinySite... sites) {
    this.run = run.build();
    this.repetitions = Stream.of(1L, 2L).map(seed -> repetition(seed, judge, sites)).toList();
  }

  static Repetition repetition(long seed, TinySite judge, TinySite... sites) {
    List<SiteId> ids = Stream.of(sites).map(TinySite::id).toList();
    return new Repetition(seed, ids, List.of(judge.id()), null, null);
  }

  TinyPilot arms(Arm... compared) {
    arms = List.of(compared);
    return this;
  }

  TinyPilot repetitions(Repetition... asked) {
    repetitions = List.of(asked);
    return this;
  }

  /// @param repetitions that try all of them
  TinyPilot sweep(int repetitions, Double... multiples) {
    sweep = new Sweep(List.of(multiples), List.of(), repetitions);
    return this;
  }

  /// Lets a site hold as much, spread evenly.
  static void announceEven(TinySite site, int perClass) {
    site.client()
        .announce(
            new DatasetCounts(
                TinySite.DATASET + "-iid",
                Map.of(
                    TinySite.CLASSES.get(0),
                    perClass,
                    TinySite.CLASSES.get(1),
                    perClass,
                    TinySite.CLASSES.get(2),
                    perClass),
                0));
  }

  PilotSpec build() {
    return new PilotSpec("tiny pilot", run, arms, repetitions, sweep, "images", 0.01, true);
  }
}
