package dev.kumiai.protocol.pilot;

import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.pilot.Interval;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.run.RunPhase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What came out of a pilot so far, computed anew from its runs whenever it is asked for. Accuracy
/// is 0 to 1 throughout, differences are of accuracy.
///
/// @param over how many of the planned runs are over
/// @param confidence of every interval but those of `differences`, which are widened where one of
///   several amounts was chosen
/// @param chosen the amount that was best; null before any run with generation is over
/// @param arms in the order of the spec; one with several amounts once for each
/// @param differences generation with the chosen amount less every other arm
/// @param runs in the order of their start
public record PilotReport(
    PilotId pilot,
    PilotSpec spec,
    PilotPhase phase,
    int planned,
    int over,
    VerdictView verdict,
    double confidence,
    @Nullable Amount chosen,
    List<ArmReport> arms,
    List<Difference> differences,
    List<RunReport> runs) {

  public PilotReport {
    arms = List.copyOf(arms);
    differences = List.copyOf(differences);
    runs = List.copyOf(runs);
  }

  /// What a pilot can come to.
  public enum Decision {
    GO,
    NO_GO,
    UNDECIDED
  }

  /// The verdict.
  ///
  /// @param amount with which generation pays; null unless it does
  /// @param moreSeeds that would probably settle it; null unless it is undecided
  /// @param reasons sentences for people, the deciding one first
  public record VerdictView(
      Decision decision,
      @Nullable Amount amount,
      @Nullable Integer moreSeeds,
      List<String> reasons) {
    public VerdictView {
      reasons = List.copyOf(reasons);
    }
  }

  /// A mean over repetitions with its t-interval.
  ///
  /// @param lower null where there is one repetition only
  /// @param upper null where there is one repetition only
  public record Estimate(
      int count, double mean, double deviation, @Nullable Double lower, @Nullable Double upper) {

    /// Of an interval.
    public static Estimate of(Interval interval) {
      boolean bounded = Double.isFinite(interval.lower()) && Double.isFinite(interval.upper());
      return new Estimate(
          interval.count(),
          interval.mean(),
          interval.deviation(),
          bounded ? interval.lower() : null,
          bounded ? interval.upper() : null);
    }
  }

  /// One arm over all repetitions.
  ///
  /// @param amount null for an arm that adds nothing
  /// @param accuracy of the last model; null before a run of it is over
  /// @param worstClass of the class that is recognised worst
  /// @param worstSite at the site where it is worst
  /// @param byRound accuracy at each measured round
  /// @param drift of the sites, mean over rounds, over repetitions
  /// @param cost mean of its runs
  public record ArmReport(
      Arm arm,
      @Nullable Amount amount,
      @Nullable Estimate accuracy,
      @Nullable Estimate worstClass,
      @Nullable Estimate worstSite,
      List<RoundBand> byRound,
      @Nullable Estimate drift,
      RunCost cost) {
    public ArmReport {
      byRound = List.copyOf(byRound);
    }
  }

  /// Accuracy at one round over repetitions.
  public record RoundBand(int round, Estimate accuracy) {}

  /// Generation less another arm, over pairs of runs of one repetition.
  ///
  /// @param confidence of the interval
  public record Difference(
      Arm arm,
      double confidence,
      Estimate accuracy,
      @Nullable Estimate worstClass,
      @Nullable Estimate worstSite) {}

  /// What a run took.
  ///
  /// @param seconds from start to end
  /// @param generationSeconds of all sites together, of attempts that succeeded
  /// @param trainingSeconds of all sites together, of attempts that succeeded
  /// @param bytesUp of all updates
  /// @param bytesDown of the models that sites were given to train and to measure
  /// @param generator what making the generated sets took, as the sites told, whenever it was; null
  ///   where none told
  public record RunCost(
      double seconds,
      double generationSeconds,
      double trainingSeconds,
      long bytesUp,
      long bytesDown,
      @Nullable Cost generator) {}

  /// One run.
  ///
  /// @param reason why it did not succeed; null where it did or goes on
  /// @param accuracy of its last measured model; null before the first
  /// @param classes accuracy of that model by class
  /// @param siteAccuracy of that model by site
  /// @param siteAccuracyMeasured whether the sites measured that themselves; otherwise it is the
  ///   mean of the accuracy by class, weighted by what the site holds, which is right where sites
  ///   differ in nothing but that
  public record RunReport(
      int number,
      int repetition,
      long seed,
      Arm arm,
      @Nullable Amount amount,
      RunId run,
      RunPhase phase,
      @Nullable String reason,
      @Nullable Double accuracy,
      Map<String, Double> classes,
      Map<SiteId, Double> siteAccuracy,
      boolean siteAccuracyMeasured,
      List<RoundReport> rounds,
      List<SiteReport> sites,
      RunCost cost) {
    public RunReport {
      classes = new TreeMap<>(classes);
      siteAccuracy = new TreeMap<>(siteAccuracy);
      rounds = List.copyOf(rounds);
      sites = List.copyOf(sites);
    }
  }

  /// One round of a run.
  ///
  /// @param drift how far the sites pulled apart ([dev.kumiai.core.strategy.ClientDrift]); null
  ///   where it was not computed
  public record RoundReport(
      int round, @Nullable Double accuracy, @Nullable Double loss, @Nullable Double drift) {}

  /// One site of a run.
  ///
  /// @param held private samples per class
  /// @param generated samples per class that it has added
  /// @param dropped samples that its filters took out, by reason
  /// @param plan names the set; null where it adds nothing
  public record SiteReport(
      SiteId site,
      Map<String, Integer> held,
      Map<String, Integer> generated,
      Map<DropReason, Integer> dropped,
      @Nullable Digest plan) {
    public SiteReport {
      held = new TreeMap<>(held);
      generated = new TreeMap<>(generated);
      dropped = new TreeMap<>(dropped);
    }
  }
}
