package dev.kumiai.generation.prompt;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.generation.policy.PolicyGate;
import dev.kumiai.generation.policy.PolicyGate.Endpoint;
import dev.kumiai.generation.remote.RemoteCheck;
import dev.kumiai.generation.remote.ServiceCalls;
import dev.kumiai.worker.SiteFolder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// The language models that this worker's configuration names, as writers of the scenes of
/// [dev.kumiai.core.prompt.Prompts]. None is contacted, or even built, before a run asks for scenes
/// that the site does not have yet.
public final class SceneWriters {

  /// Models lose count of more.
  private static final int MOST_AT_ONCE = 20;

  private static final double MOST_TEMPERATURE = 2;
  private static final int MOST_ATTEMPTS = 20;

  private final LlmConfig config;
  private final ServiceCalls.Waits waits;
  private final Clock clock;
  private final Map<String, SceneModel> models = new ConcurrentHashMap<>();

  public SceneWriters(LlmConfig config, Clock clock) {
    this(config, clock, ServiceCalls.Waits.DEFAULT);
  }

  SceneWriters(LlmConfig config, Clock clock, ServiceCalls.Waits waits) {
    this.config = config;
    this.clock = clock;
    this.waits = waits;
  }

  /// What is to be written.
  ///
  /// @param model by its name in the configuration
  /// @param scenes for each class
  /// @param seed of the set: the same makes the same request, which is asked once
  public record Wish(PromptCatalogue catalogue, String model, int scenes, long seed) {}

  /// Scenes for each of the classes, in as many requests as it takes.
  ///
  /// @throws KumiaiException.NotFound `llm-unknown`
  /// @throws KumiaiException.Forbidden `llm-forbidden` by the site's policy
  /// @throws KumiaiException.Invalid `llm-answer-unusable`, `llm-refused`, `llm-config-invalid`,
  ///   `site-policy-invalid`
  /// @throws KumiaiException.Unavailable `llm-unavailable`
  public Map<String, List<String>> write(
      Wish wish, Collection<String> classes, SiteFolder site, Progress progress) {
    LlmConfig.Model model = config(wish.model());
    PolicyGate gate = PolicyGate.of(site, clock);
    SceneFolder folder = new SceneFolder(site.path());
    Map<String, List<String>> scenes = new TreeMap<>();
    for (String label : new TreeSet<>(classes)) {
      progress.report(0, "descriptions of " + label);
      List<String> ofClass = new ArrayList<>();
      for (int part = 0; ofClass.size() < wish.scenes(); part++) {
        int count = Math.min(MOST_AT_ONCE, wish.scenes() - ofClass.size());
        int seed = (int) new RunSeed(wish.seed()).derive("scenes", part, label) & Integer.MAX_VALUE;
        SceneQuestion question = SceneQuestion.of(wish.catalogue(), label, count, gate);
        SceneFolder.Asked asked =
            new SceneFolder.Asked(
                model.provider(),
                model.model(),
                model.temperature(),
                label,
                question.text(),
                count,
                seed);
        ofClass.addAll(
            folder
                .find(asked)
                .filter(found -> found.size() == count && found.stream().allMatch(gate::accepts))
                .orElseGet(() -> ask(wish.model(), model, question, asked, gate, folder)));
      }
      scenes.put(label, ofClass);
    }
    return scenes;
  }

  private List<String> ask(
      String name,
      LlmConfig.Model model,
      SceneQuestion question,
      SceneFolder.Asked asked,
      PolicyGate gate,
      SceneFolder folder) {
    gate.require(Endpoint.LLM, name);
    List<String> scenes =
        models
            .computeIfAbsent(name, _ -> new SceneModel(name, model, waits))
            .write(question, asked.seed(), gate);
    folder.keep(asked, scenes);
    return scenes;
  }

  private LlmConfig.Model config(String name) {
    LlmConfig.Model model = config.models().get(name);
    if (model == null) {
      throw new KumiaiException.NotFound(
          "llm-unknown",
          "no language model '%s' is configured here: set kumiai.generation.llm.%s.url and .model, as for the site's worker; configured are %s"
              .formatted(name, name, new TreeSet<>(config.models().keySet())));
    }
    List<Violation> mistakes = new ArrayList<>();
    String prefix = "kumiai.generation.llm." + name + ".";
    RemoteCheck.url(prefix + "url", model.url(), model.apiKey().isPresent(), mistakes);
    RemoteCheck.between(prefix + "max-attempts", model.maxAttempts(), MOST_ATTEMPTS, mistakes);
    RemoteCheck.timeout(prefix + "timeout", model.timeout(), mistakes);
    if (!(model.temperature() >= 0 && model.temperature() <= MOST_TEMPERATURE)) {
      mistakes.add(new Violation(prefix + "temperature", "has to be from 0 to 2"));
    }
    if (model.requestsPerMinute().orElse(1) < 1) {
      mistakes.add(new Violation(prefix + "requests-per-minute", "is below 1: leave it out"));
    }
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "llm-config-invalid",
          "the configuration of llm:%s has mistakes: %s %s"
              .formatted(name, mistakes.getFirst().where(), mistakes.getFirst().what()),
          mistakes);
    }
    return model;
  }
}
