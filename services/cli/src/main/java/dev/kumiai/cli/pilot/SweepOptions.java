package dev.kumiai.cli.pilot;

import static dev.kumiai.cli.demo.ExperimentOptions.require;

import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.pilot.Sweep;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The amounts and guidances that a pilot chooses from.
final class SweepOptions {

  private static final String AUTO = "auto";

  @Option(
      names = "--sweep",
      paramLabel = "auto|X",
      split = ",",
      description = {
        "Amounts that generation is tried with, as multiples of the private images, such as 0.5,1,2.",
        "The best one counts, and the other arms add as much. 'auto' tries 0.5, 1 and 2, guided by the",
        "prompt and by mixed:0.7, in the first two seeds (default: --budget alone)."
      })
  List<String> amounts = new ArrayList<>();

  @Option(
      names = "--sweep-guidance",
      paramLabel = "G",
      split = ",",
      description =
          "Guidances that every amount of --sweep is tried with, such as prompt,mixed:0.5 (default: --guidance).")
  List<String> guidances = new ArrayList<>();

  @Option(
      names = "--sweep-seeds",
      paramLabel = "N",
      description =
          "How many seeds, the first ones, try all of that; the others go on with the best (default: all; 2 with auto).")
  @Nullable Integer seeds;

  private boolean isAuto() {
    return amounts.equals(List.of(AUTO));
  }

  /// Null where there is none.
  @Nullable Sweep sweep() {
    if (amounts.isEmpty()) {
      return null;
    }
    if (isAuto()) {
      return new Sweep(
          Sweep.AUTO.multiples(),
          Sweep.AUTO.guidances(),
          seeds == null ? Sweep.AUTO.repetitions() : seeds);
    }
    return new Sweep(
        amounts.stream().map(Double::valueOf).toList(),
        guidances.stream().map(SweepOptions::steering).toList(),
        seeds);
  }

  private static Sweep.Steering steering(String text) {
    String[] parts = text.split(":", 2);
    Guidance guidance = Guidance.valueOf(parts[0].toUpperCase(Locale.ROOT));
    return new Sweep.Steering(guidance, parts.length == 1 ? null : Double.valueOf(parts[1]));
  }

  /// Finds what cannot be.
  ///
  /// @param generates whether there is an arm that a sweep varies
  void check(boolean generates, List<Violation> mistakes) {
    require(
        mistakes,
        amounts.isEmpty() || generates,
        "--sweep",
        "needs the arm 'generation', which it varies");
    require(
        mistakes,
        isAuto() || amounts.stream().allMatch(SweepOptions::isMultiple),
        "--sweep",
        "is auto, or has multiples above 0");
    require(
        mistakes,
        guidances.isEmpty() || !(amounts.isEmpty() || isAuto()),
        "--sweep-guidance",
        "belongs to a --sweep that is not auto");
    require(
        mistakes,
        guidances.stream().allMatch(SweepOptions::isSteering),
        "--sweep-guidance",
        "is a list of prompt, real:X and mixed:X with X from 0 to 1");
    require(mistakes, seeds == null || !amounts.isEmpty(), "--sweep-seeds", "belongs to --sweep");
    require(mistakes, seeds == null || seeds >= 1, "--sweep-seeds", "is at least 1");
  }

  private static boolean isMultiple(String text) {
    try {
      double multiple = Double.parseDouble(text);
      return multiple > 0 && multiple <= 1_000;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static boolean isSteering(String text) {
    return text.matches("(?i)prompt|(real|mixed)(:(0(\\.\\d+)?|1(\\.0+)?))?");
  }
}
