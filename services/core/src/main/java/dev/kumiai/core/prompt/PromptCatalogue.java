package dev.kumiai.core.prompt;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What prompts are made of: templates such as `a {severity} {class}, {lighting}`, and the values
/// that each attribute can take. FedGC (Ye et al. 2023, arXiv 2312.05807) compares a single
/// template, multiple ones, and descriptions by a language model.
///
/// @param mode how prompts differ from sample to sample
/// @param templates texts with placeholders: `{class}`, and one for each attribute
/// @param attributes for each attribute the values it can take
/// @param words how a class is called in a prompt; one that is not named is called by its name
/// @param negative what no sample must show; empty for nothing
public record PromptCatalogue(
    Mode mode,
    List<String> templates,
    SortedMap<String, List<String>> attributes,
    SortedMap<String, String> words,
    String negative) {

  /// How prompts differ from sample to sample.
  public enum Mode {
    /// One template; all samples of a class have the same prompt.
    SINGLE,
    /// Each sample draws a template and a value for each attribute.
    MULTIPLE,
    /// As MULTIPLE, with an attribute `{scene}` whose values a language model writes per class.
    LLM
  }

  /// The placeholder for the class.
  public static final String CLASS = "class";

  /// The placeholder for what a language model wrote.
  public static final String SCENE = "scene";

  private static final Pattern ATTRIBUTE = Pattern.compile("[a-z][A-Za-z0-9_-]{0,63}");

  /// Only what has no mistakes is a catalogue.
  ///
  /// @throws KumiaiException.Invalid `prompts-invalid` with all of [#mistakes]
  public PromptCatalogue {
    List<Violation> mistakes = mistakes(mode, templates, attributes);
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "prompts-invalid", "the catalogue of prompts has mistakes: correct them", mistakes);
    }
    templates = List.copyOf(templates);
    SortedMap<String, List<String>> copied = new TreeMap<>();
    attributes.forEach((name, values) -> copied.put(name, List.copyOf(values)));
    attributes = Collections.unmodifiableSortedMap(copied);
    words = Collections.unmodifiableSortedMap(new TreeMap<>(words));
  }

  /// How a class is called in a prompt.
  public String wordsFor(String label) {
    return words.getOrDefault(label, label);
  }

  /// Everything that is wrong with such a catalogue, each with the JSON pointer of its place:
  /// placeholders without an attribute, attributes that no template uses, and too few or too many
  /// of either for the mode.
  public static List<Violation> mistakes(
      Mode mode, List<String> templates, Map<String, ? extends List<String>> attributes) {
    List<Violation> mistakes = new ArrayList<>();
    if (templates.isEmpty()) {
      mistakes.add(new Violation("/templates", "is missing: give at least one template"));
    }
    if (mode == Mode.SINGLE && templates.size() > 1) {
      mistakes.add(
          new Violation(
              "/templates",
              "are %d, and SINGLE has one: leave out the others, or choose MULTIPLE"
                  .formatted(templates.size())));
    }
    attributes(mode, attributes, mistakes);
    Set<String> used = new HashSet<>();
    boolean readable = true;
    for (int i = 0; i < templates.size(); i++) {
      try {
        Set<String> placeholders = Template.parse(templates.get(i)).placeholders();
        used.addAll(placeholders);
        template(mode, "/templates/" + i, placeholders, attributes.keySet(), mistakes);
      } catch (KumiaiException.Invalid e) {
        readable = false;
        mistakes.add(new Violation("/templates/" + i, String.valueOf(e.getMessage())));
      }
    }
    // A language model is told the attributes, so that each of them has an effect.
    if (readable && mode != Mode.LLM) {
      for (String name : new TreeSet<>(attributes.keySet())) {
        if (!used.contains(name) && isAttribute(name)) {
          mistakes.add(
              new Violation(
                  pointer(name),
                  "is used by no template: write {%s} into one, or leave it out".formatted(name)));
        }
      }
    }
    return mistakes;
  }

  private static void attributes(
      Mode mode, Map<String, ? extends List<String>> attributes, List<Violation> mistakes) {
    new TreeMap<>(attributes)
        .forEach(
            (name, values) -> {
              if (!isAttribute(name)) {
                mistakes.add(
                    new Violation(
                        pointer(name),
                        "is no name for an attribute: take up to 64 letters, digits, - and _, a small letter first, but neither 'class' nor 'scene'"));
              }
              if (values.isEmpty()) {
                mistakes.add(
                    new Violation(pointer(name), "has no values: give some, or leave it out"));
              }
              if (new HashSet<>(values).size() < values.size()) {
                mistakes.add(
                    new Violation(pointer(name), "has a value twice: name each of them once"));
              }
              if (mode == Mode.SINGLE && values.size() > 1) {
                mistakes.add(
                    new Violation(
                        pointer(name),
                        "has %d values, and under SINGLE all samples have the same prompt: give one, or choose MULTIPLE"
                            .formatted(values.size())));
              }
            });
  }

  private static void template(
      Mode mode,
      String where,
      Set<String> placeholders,
      Collection<String> attributes,
      List<Violation> mistakes) {
    String needed = mode == Mode.LLM ? SCENE : CLASS;
    if (!placeholders.contains(needed)) {
      mistakes.add(
          new Violation(
              where,
              mode == Mode.LLM
                  ? "lacks {scene}, which stands for what the language model writes: put it in"
                  : "lacks {class}, so that all classes would have the same prompts: put it in"));
    }
    for (String name : placeholders) {
      boolean known =
          name.equals(CLASS)
              || attributes.contains(name)
              || (mode == Mode.LLM && name.equals(SCENE));
      if (!known) {
        mistakes.add(
            new Violation(
                where,
                "has a placeholder {%s} without an attribute: known are %s"
                    .formatted(name, known(mode, attributes))));
      }
    }
  }

  private static List<String> known(Mode mode, Collection<String> attributes) {
    List<String> known = new ArrayList<>(List.of(CLASS));
    if (mode == Mode.LLM) {
      known.add(SCENE);
    }
    known.addAll(new TreeSet<>(attributes));
    return known;
  }

  private static boolean isAttribute(String name) {
    return ATTRIBUTE.matcher(name).matches() && !name.equals(CLASS) && !name.equals(SCENE);
  }

  private static String pointer(String attribute) {
    return "/attributes/" + attribute.replace("~", "~0").replace("/", "~1");
  }
}
