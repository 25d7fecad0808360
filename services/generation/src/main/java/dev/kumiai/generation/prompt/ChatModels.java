package dev.kumiai.generation.prompt;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import io.quarkiverse.langchain4j.jaxrsclient.JaxRsHttpClientBuilder;
import java.util.Map;

/// Builds chat models of quarkus-langchain4j by hand: its own named models are fixed when the
/// service is built, and a site names its models when it is started.
final class ChatModels {

  /// Servers without keys want a header all the same.
  private static final String NO_KEY = "none";

  private ChatModels() {}

  static ChatModel build(LlmConfig.Model config) {
    return switch (config.provider()) {
      case OPENAI ->
          OpenAiChatModel.builder()
              .baseUrl(config.url().toString())
              .apiKey(config.apiKey().orElse(NO_KEY))
              .modelName(config.model())
              .timeout(config.timeout())
              .maxRetries(0)
              .build();
      case OLLAMA ->
          OllamaChatModel.builder()
              .maxRetries(0)
              .httpClientBuilder(new JaxRsHttpClientBuilder())
              .baseUrl(config.url().toString())
              .modelName(config.model())
              .timeout(config.timeout())
              .customHeaders(
                  config
                      .apiKey()
                      .map(key -> Map.of("Authorization", "Bearer " + key))
                      .orElse(Map.of()))
              .build();
    };
  }

  /// JSON, written as freely as the configuration says, from a seed.
  static ChatRequestParameters parameters(LlmConfig.Model config, int seed) {
    return switch (config.provider()) {
      case OPENAI ->
          OpenAiChatRequestParameters.builder()
              .temperature(config.temperature())
              .responseFormat(ResponseFormat.JSON)
              .seed(seed)
              .build();
      case OLLAMA ->
          OllamaChatRequestParameters.builder()
              .temperature(config.temperature())
              .responseFormat(ResponseFormat.JSON)
              .seed(seed)
              .build();
    };
  }
}
