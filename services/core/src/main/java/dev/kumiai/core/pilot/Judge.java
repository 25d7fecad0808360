package dev.kumiai.core.pilot;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Draws the verdict of a pilot. With `D` the interval of accuracy with generation less that
/// without, over pairs of runs that share their seed, partition and schedule, and `m` the gain that
/// matters:
///
/// | verdict | when |
/// | --- | --- |
/// | NO-GO | `D` ends below m |
/// | | generation less `classical`, or less `shuffled-labels`, ends below m: the control explains the gain |
/// | | generation less `public`, or less `public-only`, ends below 0: the public images do better |
/// | | the worst class, or the worst site, is clearly worse with generation: that interval ends below 0 |
/// | GO | `D` begins above m, over [PilotRules#leastPairs] pairs; generation less `classical` and less `shuffled-labels` begin above 0; and the baseline has stopped to rise, or the rounds are all there are |
/// | UNDECIDED | otherwise |
///
/// Where one of several settings was chosen, every interval is widened for the choice
/// ([PilotRules#confidenceAmong]). A baseline rises still when its mean accuracy rose by more than
/// m over the last quarter of the rounds.
public final class Judge {

  /// More seeds than these are told as "more than".
  public static final int MOST_SEEDS = 200;

  private static final double LAST_PART = 0.75;

  /// Times the accuracy of guessing below which nothing was learnt.
  private static final double HARDLY_ABOVE = 1.5;

  private final Evidence evidence;
  private final PilotRules rules;
  private final Wording words;
  private final double confidence;
  private final ArmResults generation;
  private final List<String> against = new ArrayList<>();
  private final List<String> open = new ArrayList<>();
  private final List<String> speaksFor = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int seeds;
  private boolean seedsWouldHelp;

  private Judge(Evidence evidence, PilotRules rules, String settings) {
    this.evidence = evidence;
    this.rules = rules;
    this.confidence = rules.confidenceAmong(evidence.candidates().size());
    this.words = new Wording(rules.minimumGain(), confidence);
    this.generation = Objects.requireNonNull(evidence.candidates().get(settings));
  }

  /// Draws it.
  public static Verdict judge(Evidence evidence, PilotRules rules) {
    Optional<String> settings = evidence.best();
    if (settings.isEmpty()) {
      return new Verdict.Undecided(
          rules.leastPairs(),
          List.of("No run with generation has come to an end, so there is nothing to compare."));
    }
    return new Judge(evidence, rules, settings.get()).verdict(settings.get());
  }

  private Verdict verdict(String settings) {
    Interval gain = gain();
    if (gain == null) {
      return new Verdict.Undecided(
          rules.leastPairs(),
          List.of("No seed has both a run with generation and one without, so there is no pair."));
    }
    weighControl(Arm.SHUFFLED_LABELS);
    weighControl(Arm.CLASSICAL);
    weighPublic(Arm.PUBLIC);
    weighPublic(Arm.PUBLIC_ONLY);
    weighWorst(words.worstClass(), Outcome::worstClass);
    weighWorst(words.worstSite(), Outcome::worstSite);
    weighRounds();
    tellStuckBaseline();
    tellBound(gain);
    return verdict(settings, gain);
  }

  private Verdict verdict(String settings, Interval gain) {
    List<String> reasons = new ArrayList<>();
    if (!against.isEmpty()) {
      reasons.addAll(against);
      reasons.addAll(speaksFor);
      reasons.addAll(notes);
      return new Verdict.NoGo(reasons);
    }
    if (!open.isEmpty()) {
      int more = seedsWouldHelp ? Math.max(1, seeds - gain.count()) : 0;
      reasons.addAll(open);
      reasons.addAll(speaksFor);
      reasons.addAll(notes);
      if (seedsWouldHelp) {
        reasons.add(words.moreSeeds(more, gain.count(), seeds >= MOST_SEEDS));
      }
      return new Verdict.Undecided(more, reasons);
    }
    reasons.addAll(speaksFor);
    reasons.addAll(notes);
    return new Verdict.Go(settings, reasons);
  }

  /// The main question. Null where there is no pair.
  private @Nullable Interval gain() {
    Interval gain = less(Arm.NONE, Outcome::accuracy);
    if (gain == null) {
      return null;
    }
    double least = rules.minimumGain();
    if (gain.count() < 2) {
      open.add(words.onePair(gain));
      ask(rules.leastPairs());
    } else if (gain.upper() < least) {
      against.add(words.noGain(gain));
    } else if (gain.lower() > least && gain.count() >= rules.leastPairs()) {
      speaksFor.add(words.gain(gain));
    } else if (gain.lower() > least) {
      open.add(words.fewPairs(gain, rules.leastPairs()));
      ask(rules.leastPairs());
    } else {
      open.add(words.openGain(gain));
      ask(gain.countToSettle(least, rules.power(), MOST_SEEDS));
    }
    return gain;
  }

  private void ask(int count) {
    seedsWouldHelp = true;
    seeds = Math.max(seeds, count);
  }

  private @Nullable Interval less(Arm arm, ArmResults.Measure measure) {
    return generation.less(evidence.of(arm), measure, confidence).orElse(null);
  }

  /// A control that generation has to beat, lest it explains the gain.
  private void weighControl(Arm arm) {
    Interval ahead = less(arm, Outcome::accuracy);
    if (ahead == null) {
      open.add(words.missingControl(arm));
    } else if (ahead.count() >= 2 && ahead.upper() < rules.minimumGain()) {
      against.add(words.explained(arm, ahead));
    } else if (ahead.lower() > 0) {
      speaksFor.add(words.beaten(arm, ahead));
    } else {
      open.add(words.notBeaten(arm, ahead));
      ask(
          ahead.count() < 2
              ? rules.leastPairs()
              : ahead.countToSettle(
                  ahead.mean() > 0 ? 0 : rules.minimumGain(), rules.power(), MOST_SEEDS));
    }
  }

  /// The generator's own images. Where they do better there is no need for a generator.
  private void weighPublic(Arm arm) {
    Interval ahead = less(arm, Outcome::accuracy);
    if (ahead == null) {
      return;
    }
    if (ahead.upper() < 0) {
      against.add(words.publicBetter(arm, ahead));
    } else {
      notes.add(words.publicCompared(arm, ahead));
    }
  }

  private void weighWorst(String what, ArmResults.Measure measure) {
    Interval change = less(Arm.NONE, measure);
    if (change == null) {
      return;
    }
    if (change.upper() < 0) {
      against.add(words.harmed(what, change));
    } else {
      notes.add(words.notHarmed(what, change));
    }
  }

  /// Whether the baseline would still have gained by itself.
  private void weighRounds() {
    double rise = riseAtTheEnd(evidence.of(Arm.NONE));
    if (rise <= rules.minimumGain()) {
      return;
    }
    if (rules.fixedRounds()) {
      notes.add(words.rising(rise));
    } else {
      open.add(words.risingAndOpen(rise));
    }
  }

  /// How much the mean accuracy rose over the last quarter of the rounds.
  private static double riseAtTheEnd(ArmResults baseline) {
    var bands = baseline.bands(PilotRules.DEFAULT.confidence());
    if (bands.size() < 2) {
      return 0;
    }
    int last = bands.lastKey();
    int before = (int) Math.floor(LAST_PART * last);
    var earlier = bands.headMap(before + 1);
    Interval from =
        earlier.isEmpty() ? bands.firstEntry().getValue() : earlier.lastEntry().getValue();
    return bands.lastEntry().getValue().mean() - from.mean();
  }

  /// A baseline that learnt nothing says more about the training than about generation.
  private void tellStuckBaseline() {
    List<Outcome> outcomes = evidence.of(Arm.NONE).outcomes();
    long stuck =
        outcomes.stream()
            .filter(outcome -> outcome.accuracy() < HARDLY_ABOVE * evidence.guessing())
            .count();
    if (stuck > 0) {
      notes.add(words.stuck((int) stuck, outcomes.size()));
    }
  }

  private void tellBound(Interval gain) {
    evidence
        .of(Arm.IID)
        .less(evidence.of(Arm.NONE), Outcome::accuracy, confidence)
        .ifPresent(gap -> notes.add(words.bound(gap, gain, rules.minimumGain())));
  }
}
