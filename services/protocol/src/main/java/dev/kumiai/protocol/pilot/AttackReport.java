package dev.kumiai.protocol.pilot;

import dev.kumiai.core.Digest;
import dev.kumiai.core.privacy.AttackResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How attacks on the models of a pilot did that wanted to know which images they were trained on.
/// All models were asked about the same images, and all by the same shadow models.
///
/// @param shadows shadow models that were trained; 0 where the attack was by loss alone
/// @param shadowImages images that each of them was trained on
/// @param control what the attack by loss finds, in the middle, on the shadow models, which know as
///   much of the members as of the others: a difference between the images, not membership. Null
///   without shadow models
/// @param seed of the shadow models
public record AttackReport(
    int shadows,
    int shadowImages,
    @Nullable AttackResult control,
    long seed,
    List<Attacked> models) {

  public AttackReport {
    models = List.copyOf(models);
  }

  /// One attacked model.
  ///
  /// @param name who asked knows what it means; in a pilot that of an arm
  /// @param model digest of its weights
  /// @param byLoss a low loss is a member (Yeom et al. 2018)
  /// @param online LiRA (Carlini et al. 2022) with shadow models that were and were not trained on
  ///   each image; null without shadow models
  /// @param offline LiRA with those that were not; null without shadow models
  public record Attacked(
      String name,
      Digest model,
      AttackResult byLoss,
      @Nullable AttackResult online,
      @Nullable AttackResult offline) {}
}
