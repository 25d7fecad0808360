package dev.kumiai.core.pilot;

import java.util.Locale;

/// One way of training that a pilot compares with the others: same sites, same seed, same schedule.
public enum Arm {
  /// The baseline: private data alone.
  NONE,
  /// Private and generated data: what the pilot is about.
  GENERATION,
  /// A control: private data and flipped, turned and noised copies of it, as many as are generated.
  /// Needs no generator, so generation has to be better.
  CLASSICAL,
  /// A control: the generated samples with their labels permuted among themselves. A gain that is
  /// left comes from more steps or a milder skew of the loss, not from what the samples show.
  SHUFFLED_LABELS,
  /// Generated data alone: how much of the task the generator knows.
  GENERATED_ONLY,
  /// The generator's public training images alone, as many as are generated.
  PUBLIC_ONLY,
  /// Private data and the public images themselves, as many as are generated.
  PUBLIC,
  /// The bound: the same images, spread evenly over the sites.
  IID;

  /// As one writes it on a command line: `shuffled-labels`.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
