package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import java.util.Set;

/// What a strategy asks of a run and its sites, so that a run that cannot work is refused when it
/// is created.
///
/// @param needs what sites must send or keep
/// @param timing the rounds it works in
/// @param stateful whether it remembers anything from round to round
/// @param weighsExamples whether a site with more examples has more influence
/// @param leastUpdates fewer than these are refused when a round is aggregated
public record Compatibility(
    Set<Need> needs, Timing timing, boolean stateful, boolean weighsExamples, int leastUpdates) {

  /// Something that not every site's training offers.
  public enum Need {
    /// [Update#steps].
    LOCAL_STEPS,
    /// [Update#initialLoss].
    INITIAL_LOSS,
    /// A site gets the server's control variate with its task and sends the change of its own.
    CONTROL_VARIATES,
    /// A site keeps something of its own from round to round.
    SITE_STATE
  }

  /// When updates are aggregated.
  public enum Timing {
    /// All updates of a round were trained from one model.
    SYNCHRONOUS,
    /// Updates are aggregated as they come, each trained from the model that was there then.
    ASYNCHRONOUS
  }

  public Compatibility {
    needs = Set.copyOf(needs);
  }

  /// A synchronous strategy that needs nothing and remembers nothing.
  public static Compatibility plain(boolean weighsExamples) {
    return new Compatibility(Set.of(), Timing.SYNCHRONOUS, false, weighsExamples, 1);
  }

  /// The same with further needs.
  public Compatibility needing(Need... further) {
    return new Compatibility(Set.of(further), timing, stateful, weighsExamples, leastUpdates);
  }

  /// The same, and remembering something.
  public Compatibility remembering() {
    return new Compatibility(needs, timing, true, weighsExamples, leastUpdates);
  }

  /// The same for no fewer updates than these.
  public Compatibility atLeast(int updates) {
    return new Compatibility(needs, timing, stateful, weighsExamples, updates);
  }

  /// Refuses updates that do not bring what the strategy needs.
  ///
  /// @throws KumiaiException.Invalid `strategy-too-few-updates`, `update-stale`,
  ///   `update-steps-missing`, `update-loss-missing`, `update-control-missing` or
  ///   `update-control-unexpected`
  public void require(Updates updates) {
    if (updates.size() < leastUpdates) {
      throw new KumiaiException.Invalid(
          "strategy-too-few-updates",
          "with its parameters the strategy needs at least %d updates, there are %d: change the parameters or wait for more sites"
              .formatted(leastUpdates, updates.size()));
    }
    updates.list().forEach(this::require);
    boolean control = needs.contains(Need.CONTROL_VARIATES);
    if (control && !updates.haveControls()) {
      throw new KumiaiException.Invalid(
          "update-control-missing",
          "the updates bring no control variates: send a tensor '%sNAME' for every floating-point tensor NAME"
              .formatted(Updates.CONTROL_PREFIX));
    }
    if (!control && updates.haveControls()) {
      throw new KumiaiException.Invalid(
          "update-control-unexpected",
          "the updates bring control variates, which the strategy has no use for: leave them out");
    }
  }

  private void require(Update update) {
    if (timing == Timing.SYNCHRONOUS && update.base() != null) {
      throw new KumiaiException.Invalid(
          "update-stale",
          "the update of site %s was trained from an older model: the strategy needs synchronous rounds"
              .formatted(update.site()));
    }
    if (needs.contains(Need.LOCAL_STEPS)) {
      update.requireSteps();
    }
    if (needs.contains(Need.INITIAL_LOSS)) {
      update.requireInitialLoss();
    }
  }
}
