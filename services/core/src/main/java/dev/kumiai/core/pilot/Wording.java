package dev.kumiai.core.pilot;

import java.util.Locale;

/// A verdict's reasons as sentences.
///
/// @param least the gain that matters, 0 to 1
/// @param confidence of the intervals
record Wording(double least, double confidence) {

  private static final double POINTS = 100;

  String worstClass() {
    return "the class that is recognised worst";
  }

  String worstSite() {
    return "the site that fares worst";
  }

  String gain(Interval gain) {
    return "Generation adds %s of accuracy on average over %s; with %s confidence it adds at least %s, more than the %s that matters."
        .formatted(
            points(gain.mean()), seeds(gain), certainty(), points(gain.lower()), points(least));
  }

  String noGain(Interval gain) {
    return gain.upper() < 0
        ? "Generation makes the model worse: by %s on average over %s, and with %s confidence by at least %s."
            .formatted(points(-gain.mean()), seeds(gain), certainty(), points(-gain.upper()))
        : "Generation does not help enough: it changes accuracy by %s on average over %s, and with %s confidence by no more than %s, less than the %s that matters."
            .formatted(
                signed(gain.mean()), seeds(gain), certainty(), signed(gain.upper()), points(least));
  }

  String openGain(Interval gain) {
    return "Seeds disagree: generation changes accuracy by %s on average over %s, but anything from %s to %s is plausible, and %s is what matters."
        .formatted(
            signed(gain.mean()),
            seeds(gain),
            signed(gain.lower()),
            signed(gain.upper()),
            points(least));
  }

  String onePair(Interval gain) {
    return "Generation changed accuracy by %s in the one seed that was tried, which may be chance."
        .formatted(signed(gain.mean()));
  }

  String fewPairs(Interval gain, int leastPairs) {
    return "Generation added %s on average over %s, which may be chance: at least %d seeds are wanted."
        .formatted(points(gain.mean()), seeds(gain), leastPairs);
  }

  String beaten(Arm control, Interval ahead) {
    return "It is better than %s by %s on average, and with %s confidence by at least %s."
        .formatted(described(control), points(ahead.mean()), certainty(), points(ahead.lower()));
  }

  String explained(Arm control, Interval ahead) {
    return "%s do as well: generation is ahead of it by no more than %s, so the gain does not come from what the generator knows."
        .formatted(capitalised(described(control)), signed(ahead.upper()));
  }

  String notBeaten(Arm control, Interval ahead) {
    if (ahead.count() == 1) {
      return "Against %s the difference was %s in the one seed that was tried, which may be chance."
          .formatted(described(control), signed(ahead.mean()));
    }
    return "It is not shown to be better than %s: the difference is %s on average, and anything from %s to %s is plausible."
        .formatted(
            described(control), signed(ahead.mean()), signed(ahead.lower()), signed(ahead.upper()));
  }

  String missingControl(Arm control) {
    return "Generation was not compared with %s: run the arm '%s', without which a gain proves nothing."
        .formatted(described(control), control.text());
  }

  String publicBetter(Arm arm, Interval ahead) {
    return "Use the public images directly: training on %s is better than generation by %s on average, and no generator is needed."
        .formatted(described(arm), points(-ahead.mean()));
  }

  String publicCompared(Arm arm, Interval ahead) {
    return ahead.lower() > 0
        ? "It is better than training on %s, by %s on average."
            .formatted(described(arm), points(ahead.mean()))
        : "It is not shown to be better than training on %s (%s on average): where such images may be handed to the sites, they are the simpler way."
            .formatted(described(arm), signed(ahead.mean()));
  }

  String harmed(String what, Interval change) {
    return "Accuracy for %s falls by %s on average, and with %s confidence by at least %s: the mean hides who pays for it."
        .formatted(what, points(-change.mean()), certainty(), points(-change.upper()));
  }

  String notHarmed(String what, Interval change) {
    return "Accuracy for %s changes by %s on average.".formatted(what, signed(change.mean()));
  }

  String rising(double rise) {
    return "Without generation the model was still getting better when the rounds ended (by %s over the last quarter of them): with more rounds the gain may vanish."
        .formatted(points(rise));
  }

  String risingAndOpen(double rise) {
    return "Without generation the model was still getting better when the rounds ended (by %s over the last quarter of them): train for more rounds, or say that there are no more."
        .formatted(points(rise));
  }

  String stuck(int seeds, int of) {
    return "In %d of %d seeds training without generation never got far beyond guessing: mend the training first (a smaller learning rate, say), since that alone may bring the gain."
        .formatted(seeds, of);
  }

  String bound(Interval gap, Interval gain, double least) {
    return gap.mean() < least
        ? "The skew costs little here: with the same images spread evenly accuracy would change by %s, so there is next to nothing to mend."
            .formatted(signed(gap.mean()))
        : "With the same images spread evenly over the sites accuracy would be %s higher; generation makes up %d %% of that."
            .formatted(points(gap.mean()), Math.round(POINTS * gain.mean() / gap.mean()));
  }

  String moreSeeds(int more, int had, boolean atMost) {
    return "%s %d more %s than the %d of this pilot would probably settle it."
        .formatted(atMost ? "About or above" : "About", more, more == 1 ? "seed" : "seeds", had);
  }

  private static String described(Arm arm) {
    return switch (arm) {
      case NONE -> "private images alone";
      case GENERATION -> "private and generated images";
      case CLASSICAL -> "simple copies of the private images (flipped, turned, noised)";
      case SHUFFLED_LABELS -> "the same generated images with wrong labels";
      case GENERATED_ONLY -> "generated images alone";
      case PUBLIC_ONLY -> "public images alone";
      case PUBLIC -> "private and public images";
      case IID -> "evenly spread images";
    };
  }

  private static String capitalised(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static String seeds(Interval interval) {
    return interval.count() + (interval.count() == 1 ? " seed" : " seeds");
  }

  private String certainty() {
    String percent = String.format(Locale.ROOT, "%.1f", POINTS * confidence);
    return (percent.endsWith(".0") ? percent.substring(0, percent.length() - 2) : percent) + " %";
  }

  private static String points(double share) {
    return rounded(share) + " points";
  }

  private static String signed(double share) {
    String rounded = rounded(share);
    boolean marked = rounded.startsWith("-") || rounded.equals("0.0");
    return (marked ? "" : "+") + rounded + " points";
  }

  /// Without the sign of a zero.
  private static String rounded(double share) {
    String text = String.format(Locale.ROOT, "%.1f", POINTS * share);
    return text.equals("-0.0") ? "0.0" : text;
  }
}
