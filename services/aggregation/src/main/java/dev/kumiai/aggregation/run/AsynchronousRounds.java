package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.strategy.Compatibility.Timing;
import dev.kumiai.protocol.run.BufferSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import java.util.List;

/// Whether the rounds of a run are asynchronous. The strategy decides: one is made either for
/// updates that were all trained from one model, or for updates that come when they come.
public final class AsynchronousRounds {

  private AsynchronousRounds() {}

  /// Whether a run that was created has asynchronous rounds.
  public static boolean in(RunSpec spec) {
    return spec.round().buffer() != null;
  }

  /// Of how many updates a round of such a run is made.
  public static int bufferSize(RunSpec spec) {
    return buffer(spec).sizeFor(spec.sites().size());
  }

  /// How many global models may come after the one that a site trains from.
  public static int maxStaleness(RunSpec spec) {
    return buffer(spec).maxStaleness();
  }

  /// Of how many updates a round is made at its deadline, when no more have come.
  public static int leastUpdates(RunSpec spec) {
    return Quorum.of(spec.round().quorum(), bufferSize(spec));
  }

  private static BufferSpec buffer(RunSpec spec) {
    BufferSpec buffer = spec.round().buffer();
    if (buffer == null) {
      throw new IllegalStateException("rounds under " + spec.strategy().name() + " have no buffer");
    }
    return buffer;
  }

  /// A spec that tells how its asynchronous rounds go, if it has such; what it leaves open is
  /// filled in when the run is created.
  static RunSpec complete(RunSpec spec) {
    if (!suits(spec.strategy())) {
      return spec;
    }
    RoundSpec round = spec.round();
    BufferSpec buffer = round.buffer() == null ? BufferSpec.DEFAULT : round.buffer();
    return spec.withRound(round.withBuffer(buffer.complete(spec.sites().size())));
  }

  private static boolean suits(StrategySpec strategy) {
    return ChosenStrategy.of(strategy).compatibility().timing() == Timing.ASYNCHRONOUS;
  }

  /// Finds a buffer that the strategy has no use for, and one that would never be full. To be
  /// called when the strategy's parameters, the sites and the round are right.
  static void mistakes(RunSpec spec, List<Violation> violations) {
    if (suits(spec.strategy())) {
      synchronousOnly(spec.round(), violations);
    }
    BufferSpec buffer = spec.round().buffer();
    if (buffer == null) {
      return;
    }
    if (!suits(spec.strategy())) {
      violations.add(
          new Violation(
              "/round/buffer",
              "contradicts %s, which needs updates that were all trained from one model: leave it out, or choose %s"
                  .formatted(spec.strategy().name(), StrategySpec.Name.FEDBUFF)));
      return;
    }
    int sites = spec.sites().size();
    if (buffer.sizeFor(sites) > sites) {
      violations.add(
          new Violation(
              "/round/buffer/size",
              "is %d, and the %d sites of the run send one update each of a model, so it might never be full: choose %d or less"
                  .formatted(buffer.sizeFor(sites), sites, sites)));
    }
  }

  private static void synchronousOnly(RoundSpec round, List<Violation> violations) {
    String asynchronous = "%s, whose rounds %s: leave it out";
    if (round.trigger() == RoundSpec.Trigger.MANUAL) {
      violations.add(
          new Violation(
              "/round/trigger",
              "contradicts "
                  + asynchronous.formatted(StrategySpec.Name.FEDBUFF, "go on without a pause")));
    }
    if (round.sitesPerRound() != null) {
      violations.add(
          new Violation(
              "/round/sitesPerRound",
              "contradicts "
                  + asynchronous.formatted(
                      StrategySpec.Name.FEDBUFF,
                      "have all sites at work; their size is round.buffer.size")));
    }
  }
}
