package dev.kumiai.generation.prompt;

import dev.kumiai.generation.policy.OutgoingText;
import dev.kumiai.generation.policy.PolicyGate;
import dev.kumiai.generation.policy.PolicyGate.Endpoint;
import dev.kumiai.generation.remote.Passing;
import dev.kumiai.generation.remote.ServiceCalls;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One chat model that the worker's configuration names, shared by all sites and tasks.
final class SceneModel {

  private final String name;
  private final LlmConfig.Model config;
  private final LlmErrors errors;
  private final ServiceCalls calls;
  private final ChatModel model;

  SceneModel(String name, LlmConfig.Model config, ServiceCalls.Waits waits) {
    this.name = name;
    this.config = config;
    this.errors = new LlmErrors(name);
    this.model = ChatModels.build(config);
    Duration spacing =
        config.requestsPerMinute().isPresent()
            ? ServiceCalls.spacing(config.requestsPerMinute().getAsInt())
            : Duration.ZERO;
    this.calls = new ServiceCalls("llm:" + name, spacing, config.maxAttempts(), waits);
  }

  /// Asks for descriptions, and once more if the first answer cannot be used.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Invalid `llm-answer-unusable`
  /// @throws dev.kumiai.core.KumiaiException.Unavailable `llm-unavailable`
  List<String> write(SceneQuestion question, int seed, PolicyGate gate) {
    SceneAnswer first = SceneAnswer.read(ask(question, seed, gate), question.count(), gate);
    return switch (first) {
      case SceneAnswer.Usable(List<String> scenes) -> scenes;
      case SceneAnswer.Unusable(String why) -> repair(question.again(why, gate), seed, gate);
    };
  }

  private List<String> repair(SceneQuestion question, int seed, PolicyGate gate) {
    SceneAnswer second = SceneAnswer.read(ask(question, seed, gate), question.count(), gate);
    return switch (second) {
      case SceneAnswer.Usable(List<String> scenes) -> scenes;
      case SceneAnswer.Unusable(String why) -> throw errors.unusable(why);
    };
  }

  private String ask(SceneQuestion question, int seed, PolicyGate gate) {
    ChatRequest request =
        ChatRequest.builder()
            .messages(
                SystemMessage.from(question.task().text()),
                UserMessage.from(question.wish().text()))
            .parameters(ChatModels.parameters(config, seed))
            .build();
    OutgoingText all = gate.scrub(question.text());
    return calls.call(
        String.class,
        () -> {
          gate.record(Endpoint.LLM, name, all);
          return tryOnce(request);
        });
  }

  /// The client's own timeouts are for silence; this one bounds the whole answer.
  private String tryOnce(ChatRequest request) throws Passing, InterruptedException {
    CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .name("llm " + name)
            .start(
                () -> {
                  try {
                    answer.complete(model.chat(request));
                  } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                  }
                });
    try {
      String text =
          answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS).aiMessage().text();
      return text == null ? "" : text;
    } catch (TimeoutException e) {
      throw errors.of(e);
    } catch (ExecutionException e) {
      throw errors.of(e.getCause() == null ? e : e.getCause());
    } finally {
      thread.interrupt();
    }
  }
}
