package dev.kumiai.generation.policy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.worker.SiteFolder;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The way out of a site: asks the site's policy, scrubs texts, and puts on record what goes.
public final class PolicyGate {

  /// What a text goes to.
  public enum Endpoint {
    /// An image service.
    REMOTE("remote", "remoteGenerators"),
    /// A chat model.
    LLM("llm", "languageModels");

    private final String prefix;
    private final String policyKey;

    Endpoint(String prefix, String policyKey) {
      this.prefix = prefix;
      this.policyKey = policyKey;
    }
  }

  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}\\p{M}'’-]+");

  private final SitePolicy policy;
  private final OutgoingLog log;

  private PolicyGate(SitePolicy policy, OutgoingLog log) {
    this.policy = policy;
    this.log = log;
  }

  /// The gate of a site, with the policy that it has at this moment.
  ///
  /// @throws KumiaiException.Invalid `site-policy-invalid`
  public static PolicyGate of(SiteFolder site, Clock clock) {
    return new PolicyGate(SitePolicy.of(site.path()), new OutgoingLog(site.path(), clock));
  }

  /// Refuses what the site's policy does not name.
  ///
  /// @throws KumiaiException.Forbidden `remote-forbidden` or `llm-forbidden`
  public void require(Endpoint endpoint, String name) {
    Set<String> allowed =
        switch (endpoint) {
          case REMOTE -> policy.remoteGenerators();
          case LLM -> policy.languageModels();
        };
    if (!allowed.contains(name)) {
      throw new KumiaiException.Forbidden(
          endpoint.prefix + "-forbidden",
          "the site's policy lets no prompts go to %s:%s: its owner can name it under %s in %s, or choose another generator or other prompts"
              .formatted(endpoint.prefix, name, endpoint.policyKey, SitePolicy.NAME));
    }
  }

  /// What of a text may leave.
  public OutgoingText scrub(String text) {
    return new OutgoingText(policy.words().scrub(text));
  }

  /// Puts on record that a text goes now. Called once for each time it does.
  public void record(Endpoint endpoint, String name, OutgoingText text) {
    require(endpoint, name);
    log.append(endpoint.prefix + ":" + name, text.text());
  }

  /// Whether what a language model wrote may become a prompt of this site.
  public boolean accepts(String written) {
    if (policy.words().isIn(written)) {
      return false;
    }
    List<String> words =
        Arrays.stream(NO_WORD.split(written))
            .map(FoldedText::fold)
            .filter(word -> !word.isEmpty())
            .toList();
    return policy.allowedWords().isEmpty() || policy.allowedWords().containsAll(words);
  }
}
