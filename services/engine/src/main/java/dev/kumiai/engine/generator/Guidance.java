package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;

/// What steers a generator.
public sealed interface Guidance {

  /// The kinds there are, for [Capabilities].
  enum Kind {
    PROMPT,
    REAL,
    MIXED
  }

  default Kind kind() {
    return switch (this) {
      case Prompt _ -> Kind.PROMPT;
      case Real _ -> Kind.REAL;
      case Mixed _ -> Kind.MIXED;
    };
  }

  /// The prompt, or the class where there is none.
  record Prompt() implements Guidance {}

  /// Starts each sample from a real one of the class that is changed, with neither class nor
  /// prompt: a diffusion model noises it first and goes on unconditioned. Real samples are taken in
  /// a shuffled order, each once before any is taken again.
  ///
  /// @param strength how far a real sample is changed, from 0 (kept as it is) to 1 (forgotten)
  /// @param samples real samples, all of the class that is asked for
  record Real(double strength, LabelledImages samples) implements Guidance {

    public Real {
      require(strength, samples);
    }
  }

  /// Starts each sample from a real one of the class that is noised first (SDEdit, Meng et al.
  /// 2022, arXiv 2108.01073), and follows the prompt, or the class. Real samples are taken in a
  /// shuffled order, each once before any is taken again.
  ///
  /// @param strength how far a real sample is noised, from 0 (kept as it is) to 1 (forgotten)
  /// @param samples real samples, all of the class that is asked for
  record Mixed(double strength, LabelledImages samples) implements Guidance {

    public Mixed {
      require(strength, samples);
    }
  }

  /// Real samples, if they are what a generator can start from.
  ///
  /// @throws KumiaiException.Invalid `guidance-samples-mismatch` for samples of another class or
  ///   form
  static LabelledImages requireOfClass(LabelledImages samples, String label, ImageForm form) {
    boolean allOfClass = true;
    for (int i = 0; i < samples.size(); i++) {
      allOfClass &= samples.classes().get(samples.label(i)).equals(label);
    }
    if (!allOfClass || !samples.form().equals(form)) {
      throw new KumiaiException.Invalid(
          "guidance-samples-mismatch",
          "real samples that guide the class '%s' are all of it, in the generator's form %s"
              .formatted(label, form));
    }
    return samples;
  }

  private static void require(double strength, LabelledImages samples) {
    if (!(strength >= 0 && strength <= 1)) {
      throw new KumiaiException.Invalid(
          "guidance-strength-invalid",
          "the strength of guidance by real samples is from 0 to 1, not " + strength);
    }
    if (samples.isEmpty()) {
      throw new KumiaiException.Invalid(
          "guidance-samples-missing",
          "guidance by real samples got none: use prompt guidance instead");
    }
  }
}
