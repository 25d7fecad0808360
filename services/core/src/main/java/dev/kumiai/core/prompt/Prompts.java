package dev.kumiai.core.prompt;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunSeed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Draws prompts from a catalogue. The prompt of sample i follows from the seed, the class and i
/// alone: how many samples there are, and in which order they are made, changes nothing.
///
/// Templates and the values of each attribute are drawn uniformly and independently, with
/// replacement.
public final class Prompts {

  private final PromptCatalogue catalogue;
  private final List<Template> templates;
  private final RunSeed seed;
  private final Map<String, List<String>> scenes;

  /// Prompts of a catalogue that no language model adds to.
  public Prompts(PromptCatalogue catalogue, long seed) {
    this(catalogue, seed, Map.of());
  }

  /// @param scenes for each class what a language model wrote, for [PromptCatalogue.Mode#LLM]
  public Prompts(PromptCatalogue catalogue, long seed, Map<String, List<String>> scenes) {
    this.catalogue = catalogue;
    this.templates = catalogue.templates().stream().map(Template::parse).toList();
    this.seed = new RunSeed(seed);
    Map<String, List<String>> copied = new TreeMap<>();
    scenes.forEach((label, written) -> copied.put(label, List.copyOf(written)));
    this.scenes = copied;
  }

  /// The prompt of sample `index` of a class.
  ///
  /// @throws KumiaiException.Invalid `prompt-scenes-missing` when nobody wrote scenes for the class
  ///   and the catalogue wants them
  public Prompt at(String label, int index) {
    RandomGenerator random = seed.generator("prompt", index, label);
    Template template = templates.get(random.nextInt(templates.size()));
    Map<String, String> values = new HashMap<>();
    values.put(PromptCatalogue.CLASS, catalogue.wordsFor(label));
    catalogue.attributes().forEach((name, all) -> values.put(name, one(all, random)));
    if (catalogue.mode() == PromptCatalogue.Mode.LLM) {
      values.put(PromptCatalogue.SCENE, one(scenesOf(label), random));
    }
    return new Prompt(template.fill(values), catalogue.negative());
  }

  private List<String> scenesOf(String label) {
    List<String> written = scenes.getOrDefault(label, List.of());
    if (written.isEmpty()) {
      throw new KumiaiException.Invalid(
          "prompt-scenes-missing",
          "no language model has written scenes for the class '%s': have it write some, or choose the prompts MULTIPLE"
              .formatted(label));
    }
    return written;
  }

  private static String one(List<String> values, RandomGenerator random) {
    return values.get(random.nextInt(values.size()));
  }
}
