package dev.kumiai.cli.pilot;

import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.pilot.Interval;
import dev.kumiai.core.pilot.Summary;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import dev.kumiai.protocol.pilot.PilotReport.Decision;
import dev.kumiai.protocol.pilot.PilotReport.Difference;
import dev.kumiai.protocol.pilot.PilotReport.Estimate;
import dev.kumiai.protocol.pilot.PilotReport.RoundBand;
import dev.kumiai.protocol.pilot.PilotReport.RoundReport;
import dev.kumiai.protocol.pilot.PilotReport.RunCost;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.pilot.PilotReport.SiteReport;
import dev.kumiai.protocol.pilot.PilotReport.VerdictView;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A report as an aggregator would give it, of two arms and their controls over three seeds.
final class Reports {

  static final SiteId SITE = new SiteId("s1-site-1");
  static final Digest PLAN = Digest.of(new byte[] {7});
  static final Amount AMOUNT = new Amount(null, 0.5, Guidance.PROMPT, 1);

  private static final RunCost COST =
      new RunCost(
          61.5,
          12,
          200,
          1_234_567,
          2_000,
          new Cost(12.5, 40, new BigDecimal("0.80"), "EUR", 4_200.0));
  private static final List<String> CLASSES = List.of("crack", "pit <deep>");

  private Reports() {}

  static PilotReport report(VerdictView verdict, PilotPhase phase) {
    List<ArmReport> arms =
        List.of(
            arm(Arm.NONE, null, 0.5),
            arm(Arm.GENERATION, AMOUNT, 0.6),
            arm(Arm.CLASSICAL, AMOUNT, 0.52));
    return new PilotReport(
        new PilotId("00000000-0000-0000-0000-000000000009"),
        spec(),
        phase,
        9,
        phase == PilotPhase.SUCCEEDED ? 9 : 4,
        verdict,
        0.95,
        AMOUNT,
        arms,
        List.of(
            new Difference(
                Arm.NONE, 0.95, estimate(0.08, 0.1, 0.12), estimate(0.1, 0.1, 0.1), null),
            new Difference(Arm.CLASSICAL, 0.95, estimate(0.05, 0.08, 0.11), null, null)),
        List.of(run()));
  }

  static VerdictView go() {
    return new VerdictView(
        Decision.GO, AMOUNT, null, List.of("Generation adds 10.0 points & beats its controls."));
  }

  static Estimate estimate(double... values) {
    List<Double> all = new ArrayList<>();
    for (double value : values) {
      all.add(value);
    }
    return Estimate.of(Interval.of(Summary.of(all), 0.95));
  }

  private static ArmReport arm(Arm arm, @Nullable Amount amount, double last) {
    List<RoundBand> bands = new ArrayList<>();
    for (int round = 1; round <= 6; round++) {
      double mean = last - 0.3 * Math.exp(-0.7 * round);
      bands.add(new RoundBand(round, estimate(mean - 0.02, mean, mean + 0.02)));
    }
    return new ArmReport(
        arm,
        amount,
        estimate(last - 0.02, last, last + 0.02),
        estimate(last - 0.2, last - 0.2),
        null,
        bands,
        estimate(1.5, 1.7),
        COST);
  }

  private static RunReport run() {
    return new RunReport(
        1,
        0,
        1,
        Arm.GENERATION,
        AMOUNT,
        new RunId("00000000-0000-0000-0000-000000000002"),
        RunPhase.SUCCEEDED,
        null,
        0.6,
        Map.of("crack", 0.7, "pit <deep>", 0.5),
        Map.of(SITE, 0.65),
        false,
        List.of(new RoundReport(1, 0.6, 1.0, 1.5)),
        List.of(
            new SiteReport(
                SITE,
                Map.of("crack", 40, "pit <deep>", 3),
                Map.of("pit <deep>", 20),
                Map.of(DropReason.DUPLICATE, 3),
                PLAN)),
        COST);
  }

  static PilotSpec spec() {
    RunSpec run =
        new RunSpec(
            "pilot",
            1,
            new DataSpec("castings", CLASSES, 32, 1, 0.05),
            new ModelSpec(ModelSpec.Architecture.CNN, null, null),
            List.of(SITE),
            6,
            TrainingSpec.DEFAULT,
            StrategySpec.DEFAULT,
            GenerationSpec.ofMultiple(new GeneratorRef.File(PLAN), 0.5),
            RoundSpec.DEFAULT,
            null,
            null);
    return new PilotSpec(
        "pilot",
        run,
        List.of(Arm.NONE, Arm.GENERATION, Arm.CLASSICAL),
        List.of(new Repetition(1, List.of(SITE), List.of(), null, null)),
        null,
        "images",
        0.01,
        true);
  }
}
