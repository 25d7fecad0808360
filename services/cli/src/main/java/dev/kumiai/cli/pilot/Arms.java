package dev.kumiai.cli.pilot;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import org.jspecify.annotations.Nullable;

/// The arms of a pilot in words.
final class Arms {

  private Arms() {}

  /// What an arm adds; nothing where it adds nothing. The pilot's guidance is that of its
  /// generator, and means nothing to the copies and the public images of other arms.
  static String adds(Arm arm, @Nullable Amount amount) {
    if (amount == null) {
      return "";
    }
    return switch (arm) {
      case GENERATION, SHUFFLED_LABELS, GENERATED_ONLY -> amount.inWords();
      case NONE, CLASSICAL, PUBLIC, PUBLIC_ONLY, IID -> amount.sizeInWords();
    };
  }

  /// What an arm trains on.
  static String meaning(Arm arm) {
    return switch (arm) {
      case NONE -> "private images alone: the baseline";
      case GENERATION -> "private and generated images";
      case CLASSICAL -> "private images and simple copies of them (flipped, turned, noised)";
      case SHUFFLED_LABELS -> "private images, and generated ones with wrong labels";
      case GENERATED_ONLY -> "generated images alone";
      case PUBLIC_ONLY -> "the generator's public images alone";
      case PUBLIC -> "private images and the generator's public ones";
      case IID -> "the same private images, spread evenly over the sites";
    };
  }
}
