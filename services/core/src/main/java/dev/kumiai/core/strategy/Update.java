package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.SafetensorsFile;
import org.jspecify.annotations.Nullable;

/// What one site returned for one round.
///
/// @param examples what its vote is worth, at least 1
/// @param weights the trained model, finite; for SCAFFOLD also the change of the site's control
///   variate, see [Updates#CONTROL_PREFIX]
/// @param steps of the site's optimiser, at least 1; null when it did not tell
/// @param initialLoss mean loss of the received model over the site's data; null when it did not
///   tell
/// @param base the older model it was trained from; null when that is the current global one
public record Update(
    SiteId site,
    long examples,
    SafetensorsFile weights,
    @Nullable Long steps,
    @Nullable Double initialLoss,
    @Nullable Base base) {

  /// An older global model.
  ///
  /// @param staleness how many global models came after it, at least 1
  public record Base(SafetensorsFile model, long staleness) {
    public Base {
      if (staleness < 1) {
        throw new KumiaiException.Invalid(
            "update-staleness-invalid",
            "an older model is at least 1 version old, not " + staleness);
      }
    }
  }

  public Update {
    if (examples < 1) {
      throw new KumiaiException.Invalid(
          "update-examples-invalid",
          "the update of site " + site + " counts " + examples + " examples: at least 1 is needed");
    }
    if (steps != null && steps < 1) {
      throw new KumiaiException.Invalid(
          "update-steps-invalid",
          "the update of site " + site + " took " + steps + " steps: at least 1 is needed");
    }
    if (initialLoss != null && !Double.isFinite(initialLoss)) {
      throw new KumiaiException.Invalid(
          "update-loss-invalid",
          "the loss " + initialLoss + " of site " + site + " is not finite: did it diverge?");
    }
  }

  /// An update from the current global model by a site that tells no more than this.
  public Update(SiteId site, long examples, SafetensorsFile weights) {
    this(site, examples, weights, null, null, null);
  }

  public Update withSteps(long steps) {
    return new Update(site, examples, weights, steps, initialLoss, base);
  }

  public Update withInitialLoss(double initialLoss) {
    return new Update(site, examples, weights, steps, initialLoss, base);
  }

  public Update withBase(Base base) {
    return new Update(site, examples, weights, steps, initialLoss, base);
  }

  /// How many global models came after the one it was trained from.
  public long staleness() {
    return base == null ? 0 : base.staleness();
  }

  /// The steps of the site's optimiser.
  ///
  /// @throws KumiaiException.Invalid `update-steps-missing`
  public long requireSteps() {
    if (steps == null) {
      throw new KumiaiException.Invalid(
          "update-steps-missing",
          "the update of site %s does not say how many steps it took: the strategy needs it"
              .formatted(site));
    }
    return steps;
  }

  /// The mean loss of the received model over the site's data.
  ///
  /// @throws KumiaiException.Invalid `update-loss-missing`
  public double requireInitialLoss() {
    if (initialLoss == null) {
      throw new KumiaiException.Invalid(
          "update-loss-missing",
          "the update of site %s does not say the loss of the model it received: the strategy needs it"
              .formatted(site));
    }
    return initialLoss;
  }
}
