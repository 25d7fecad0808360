package dev.kumiai.generation.prompt;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Chat models that write descriptions, by the names that runs call them by.
@ConfigMapping(prefix = "kumiai.generation.llm")
public interface LlmConfig {

  @WithParentName
  Map<String, Model> models();

  /// Whose protocol a model is asked in.
  enum Provider {
    /// `POST <url>/chat/completions`, which many servers know.
    OPENAI,
    /// `POST <url>/api/chat`.
    OLLAMA
  }

  /// One model.
  interface Model {

    @WithDefault("openai")
    Provider provider();

    /// Where its API begins, such as `https://api.openai.com/v1` or `http://127.0.0.1:11434`.
    URI url();

    /// What its server calls it.
    String model();

    /// The key that goes with each request, as a bearer token.
    Optional<String> apiKey();

    /// How freely it writes, from 0 to 2.
    @WithDefault("0.9")
    double temperature();

    /// How long one try may take.
    @WithDefault("60s")
    Duration timeout();

    /// Tries for one answer, 1 to 20, before the task fails.
    @WithDefault("3")
    int maxAttempts();

    /// Requests in a minute, evenly spread; left out for no bound of one's own.
    OptionalInt requestsPerMinute();
  }
}
