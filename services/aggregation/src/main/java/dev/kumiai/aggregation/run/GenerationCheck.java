package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import java.util.List;
import java.util.function.Predicate;

/// What contradicts itself in how samples are generated, and in how a run uses them.
final class GenerationCheck {

  private GenerationCheck() {}

  /// Finds contradictions.
  ///
  /// @param clean whether the part of the spec at a JSON pointer is right in its form
  static void check(RunSpec spec, Predicate<String> clean, List<Violation> violations) {
    GenerationSpec generation = spec.generation();
    if (generation != null && clean.test("/generation/totalSamples")) {
      amount(generation, clean, violations);
    }
    if (generation != null && clean.test("/generation/generator")) {
      generator(generation, clean, violations);
    }
    if (generation != null && generation.prompts() != null && clean.test("/generation/prompts")) {
      prompts(spec, generation.prompts(), clean, violations);
    }
    if (clean.test("/training")) {
      use(spec, clean, violations);
    }
  }

  private static void amount(
      GenerationSpec generation, Predicate<String> clean, List<Violation> violations) {
    if (!clean.test("/generation/multiple")) {
      return;
    }
    if (generation.totalSamples() == null && generation.multiple() == null) {
      violations.add(
          new Violation(
              "/generation/totalSamples",
              "is missing: say how many samples, or give a multiple of the private ones"));
    }
    if (generation.totalSamples() != null && generation.multiple() != null) {
      violations.add(
          new Violation(
              "/generation/multiple", "contradicts totalSamples: give the amount in one of them"));
    }
  }

  private static void generator(
      GenerationSpec generation, Predicate<String> clean, List<Violation> violations) {
    boolean guided = clean.test("/generation/guidance");
    boolean strengthKnown = guided && clean.test("/generation/strength");
    if (strengthKnown
        && generation.guidance() == Guidance.PROMPT
        && generation.strength() != GenerationSpec.PROMPT_STRENGTH) {
      violations.add(
          new Violation(
              "/generation/strength",
              "contradicts guidance PROMPT, which starts from noise alone: leave it out or choose"
                  + " REAL or MIXED"));
    }
    if (generation.generator() instanceof GeneratorRef.Remote && generation.prompts() == null) {
      violations.add(
          new Violation(
              "/generation/prompts",
              "are missing, and the generator %s is told in words alone what to make: add some"
                  .formatted(generation.generator())));
    }
    Guidance only =
        switch (generation.generator()) {
          case GeneratorRef.Classical _ -> Guidance.REAL;
          case GeneratorRef.Public _ -> Guidance.PROMPT;
          case GeneratorRef.File _, GeneratorRef.Remote _ -> null;
        };
    if (only == null) {
      return;
    }
    if (guided && generation.guidance() != only) {
      violations.add(
          new Violation(
              "/generation/guidance",
              "is %s, and the generator %s knows %s alone: leave it out"
                  .formatted(generation.guidance(), generation.generator(), only)));
    }
    if (generation.prompts() != null) {
      violations.add(
          new Violation(
              "/generation/prompts",
              "has no effect on the generator %s, which takes none: leave it out"
                  .formatted(generation.generator())));
    }
  }

  private static void prompts(
      RunSpec spec, PromptSpec prompts, Predicate<String> clean, List<Violation> violations) {
    PromptCatalogue.mistakes(prompts.mode(), prompts.templates(), prompts.attributes())
        .forEach(
            mistake ->
                violations.add(
                    new Violation("/generation/prompts" + mistake.where(), mistake.what())));
    if (prompts.scenes() != null && prompts.mode() != PromptCatalogue.Mode.LLM) {
      violations.add(
          new Violation(
              "/generation/prompts/scenes",
              "contradicts the mode %s, in which no language model writes: leave it out or choose LLM"
                  .formatted(prompts.mode())));
    }
    if (prompts.model() != null && prompts.mode() != PromptCatalogue.Mode.LLM) {
      violations.add(
          new Violation(
              "/generation/prompts/model",
              "contradicts the mode %s, in which no language model writes: leave it out or choose LLM"
                  .formatted(prompts.mode())));
    }
    if (clean.test("/data/classes")) {
      prompts
          .words()
          .keySet()
          .forEach(
              label -> {
                if (!spec.data().classes().contains(label)) {
                  violations.add(
                      new Violation(
                          "/generation/prompts/words/" + FormCheck.escape(label),
                          "is no class of the run: data.classes lists what is"));
                }
              });
    }
  }

  /// How the training of a run uses what was generated.
  private static void use(RunSpec spec, Predicate<String> clean, List<Violation> violations) {
    TrainingSpec training = spec.training();
    boolean generatedOnly = training.trainsOn() == TrainsOn.GENERATED_ONLY;
    if (clean.test("/generation") && spec.generation() == null) {
      if (training.trainsOn() != TrainsOn.PRIVATE_AND_GENERATED) {
        violations.add(
            new Violation(
                "/training/trainsOn",
                "is %s, and the run generates nothing: add a generation, or leave it out"
                    .formatted(training.trainsOn())));
      }
      if (training.generatedOrder() != GeneratedOrder.MIXED) {
        violations.add(
            new Violation(
                "/training/generatedOrder",
                "has no effect, because the run generates nothing: add a generation, or leave it out"));
      }
    } else if (generatedOnly && training.generatedOrder() != GeneratedOrder.MIXED) {
      violations.add(
          new Violation(
              "/training/generatedOrder",
              "contradicts trainsOn GENERATED_ONLY, which leaves nothing to go before or after: leave it out"));
    }
    if (generatedOnly
        && clean.test("/strategy")
        && spec.strategy().weighting() == StrategySpec.Weighting.PRIVATE) {
      violations.add(
          new Violation(
              "/strategy/weighting",
              "is PRIVATE, and under trainsOn GENERATED_ONLY no update counts a private sample: choose ALL"));
    }
  }
}
