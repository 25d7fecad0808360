package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.SafetensorsFile;

/// What one site returned for one round.
///
/// @param examples what its vote is worth, at least 1
/// @param weights the trained model, finite
public record Update(SiteId site, long examples, SafetensorsFile weights) {

  public Update {
    if (examples < 1) {
      throw new KumiaiException.Invalid(
          "update-examples-invalid",
          "the update of site " + site + " counts " + examples + " examples: at least 1 is needed");
    }
  }
}
