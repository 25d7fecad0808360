package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.LabelledImages;

/// What steers a generator besides the class.
public sealed interface Guidance {

  /// The kinds there are, for [Capabilities].
  enum Kind {
    PROMPT,
    MIXED
  }

  default Kind kind() {
    return switch (this) {
      case Prompt _ -> Kind.PROMPT;
      case Mixed _ -> Kind.MIXED;
    };
  }

  /// The class alone.
  record Prompt() implements Guidance {}

  /// Starts each sample from a real one of the class that is noised first (SDEdit, Meng et al.
  /// 2022, arXiv 2108.01073). Real samples are taken in a shuffled order, each once before any is
  /// taken again.
  ///
  /// @param strength how far a real sample is noised, from 0 (kept as it is) to 1 (forgotten)
  /// @param samples real samples, all of the class that is asked for
  record Mixed(double strength, LabelledImages samples) implements Guidance {

    public Mixed {
      if (!(strength >= 0 && strength <= 1)) {
        throw new KumiaiException.Invalid(
            "guidance-strength-invalid",
            "the strength of mixed guidance is from 0 to 1, not " + strength);
      }
      if (samples.isEmpty()) {
        throw new KumiaiException.Invalid(
            "guidance-samples-missing",
            "mixed guidance starts from real samples and got none: use prompt guidance instead");
      }
    }
  }
}
