package dev.kumiai.generation.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.EncodedImage;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a remote generator sends, and makes of good answers.
final class RemoteGeneratorTest {

  private static final int WINDOW = 12;

  @TempDir private Path root;
  private Studio studio;

  @BeforeEach
  void start() throws IOException {
    studio = new Studio(root);
    studio.policy("remoteGenerators: [studio]");
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  @Test
  void imagesComeInTheFormOfTheRunAndInOrder() {
    // The later a request, the sooner it is answered.
    for (int i = 0; i < 4; i++) {
      studio
          .server()
          .stubFor(
              post(Studio.PATH)
                  .withRequestBody(containing("pit number " + i))
                  .willReturn(studio.picture(i).withFixedDelay(300 - 100 * i)));
    }
    Generator generator = studio.generator(Map.of("parallel", "4"));

    List<LabelledImages> made = Studio.generate(generator, 0, 4);

    assertThat(made).hasSize(4);
    for (int i = 0; i < 4; i++) {
      byte[] pixels = new byte[Studio.FORM.values()];
      made.get(i).copyPixels(0, pixels, 0);
      assertThat(made.get(i).classes()).containsExactly("pit");
      assertThat(pixels).isEqualTo(EncodedImage.decode(studio.file(i), Studio.FORM).orElseThrow());
    }
  }

  @Test
  void whatItCanBeAskedForIsAnyClassInWords() {
    assertThat(studio.generator(Map.of("parallel", "3")).capabilities())
        .isEqualTo(
            new Capabilities(
                new Capabilities.Open(),
                Studio.FORM,
                java.util.Set.of(Guidance.Kind.PROMPT),
                true));
    assertThat(studio.generator(Map.of("parallel", "3")).batch()).isEqualTo(3);
  }

  @Test
  void aRequestSaysWhatTheConfigurationSays() {
    studio.answers(studio.picture(0));

    Studio.generate(
        studio.generator(
            Map.of("model", "painter-1", "api-key", "k-123", "size", "512x512", "seed", "true")),
        5,
        2,
        _ -> new Prompt("a pit", "people"));

    LoggedRequest request = studio.requests().getFirst();
    assertThat(request.getUrl()).isEqualTo(Studio.PATH);
    assertThat(request.getHeader("Authorization")).isEqualTo("Bearer k-123");
    assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
    List<JsonNode> bodies = studio.bodies();
    JsonNode body = bodies.getFirst();
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactly("model", "prompt", "n", "size", "response_format", "seed");
    assertThat(body.get("model").textValue()).isEqualTo("painter-1");
    assertThat(body.get("prompt").textValue()).isEqualTo("a pit. Not in the picture: people");
    assertThat(body.get("n").intValue()).isOne();
    assertThat(body.get("size").textValue()).isEqualTo("512x512");
    assertThat(body.get("response_format").textValue()).isEqualTo("b64_json");
    assertThat(body.get("seed").intValue()).isNotEqualTo(bodies.get(1).get("seed").intValue());
  }

  @Test
  void whatIsNotConfiguredIsNotSaid() {
    studio.answers(studio.picture(0));

    Studio.generate(studio.generator(Map.of("response-format", "none")), 0, 1);

    assertThat(studio.requests().getFirst().containsHeader("Authorization")).isFalse();
    assertThat(studio.bodies().getFirst().fieldNames()).toIterable().containsExactly("prompt", "n");
  }

  @Test
  void theSeedOfASampleFollowsFromItsIndexAlone() {
    studio.answers(studio.picture(0));
    Generator generator = studio.generator(Map.of("seed", "true"));

    Studio.generate(generator, 0, 3);
    Studio.generate(generator, 2, 1);

    List<JsonNode> bodies = studio.bodies();
    assertThat(bodies.get(3)).isEqualTo(bodies.get(2));
  }

  @Test
  void noPrivateWordAndNoByteOfASampleIsInAnyRequest() throws Exception {
    studio.policy(
        """
        remoteGenerators: [studio]
        privateWords: [Acme, Müller]
        privateParts: [zx81]
        """);
    Path samples = Files.createDirectories(studio.site().privateData("castings"));
    ImageFolderWriter.write(
        Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), 3, Studio.FORM), samples);
    studio.answersFirst(aResponse().withStatus(503));

    Studio.generate(
        studio.generator(Map.of("seed", "true", "model", "m")),
        0,
        6,
        index ->
            new Prompt(
                "pit %d of an ACME pump, type azx81b, by Mu\u0308ller".formatted(index),
                "the acme logo"));

    assertThat(studio.requests()).hasSize(7);
    for (LoggedRequest request : studio.requests()) {
      String all = request.getUrl() + request.getHeaders() + request.getBodyAsString();
      assertThat(all.toLowerCase(java.util.Locale.ROOT))
          .doesNotContain(
              "acme", "zx81", "müller", "muller", "mu\u0308ller", "castings", "plant-a");
      for (byte[] sample : Studio.contents(samples)) {
        assertThat(holdsAPieceOf(sample, request.getBody())).isFalse();
        assertThat(holdsAPieceOf(Base64.getEncoder().encode(sample), request.getBody())).isFalse();
      }
    }
    List<String> lines = Files.readAllLines(studio.site().path().resolve("outgoing.jsonl"));
    assertThat(lines).hasSize(7);
    for (int i = 0; i < lines.size(); i++) {
      String sent = studio.bodies().get(i).get("prompt").textValue();
      assertThat(lines.get(i))
          .contains(
              "\"endpoint\":\"remote:studio\"",
              sent,
              Digest.of(sent.getBytes(StandardCharsets.UTF_8)).toString());
    }
  }

  /// Whether any stretch of 12 bytes of one is in the other.
  private static boolean holdsAPieceOf(byte[] sample, byte[] request) {
    String all = new String(request, StandardCharsets.ISO_8859_1);
    String bytes = new String(sample, StandardCharsets.ISO_8859_1);
    return Stream.iterate(0, at -> at + WINDOW <= bytes.length(), at -> at + 1)
        .anyMatch(at -> all.contains(bytes.substring(at, at + WINDOW)));
  }

  @Test
  void itIsToldInWordsAlone() {
    Generator generator = studio.generator(Map.of());
    LabelledImages real =
        Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), 1, Studio.FORM);

    assertThatThrownBy(() -> Studio.generate(generator, 0, 1, null))
        .extracting("code")
        .isEqualTo("remote-prompts-missing");
    assertThatThrownBy(
            () ->
                generator.generate(
                    new GenerationRequest(
                        "pit",
                        0,
                        1,
                        _ -> new Prompt("a pit"),
                        new Guidance.Mixed(0.5, real),
                        2,
                        25,
                        7),
                    _ -> {},
                    Progress.SILENT))
        .extracting("code")
        .isEqualTo("generator-guidance-unsupported");
    assertThat(studio.requests()).isEmpty();
  }

  @Test
  void onlyWhatThePolicyNamesIsAsked() throws Exception {
    Files.delete(studio.site().path().resolve("policy.yaml"));

    assertThatThrownBy(() -> studio.generator(Map.of()))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .extracting("code")
        .isEqualTo("remote-forbidden");
    studio.policy("remoteGenerators: [gallery]");
    assertThatThrownBy(() -> studio.services(Map.of()).open("gallery", studio.site(), Studio.FORM))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining("[studio]")
        .extracting("code")
        .isEqualTo("remote-unknown");
  }

  @Test
  void everyMistakeOfTheConfigurationIsTold() {
    assertThatThrownBy(
            () ->
                studio.generator(
                    Map.of(
                        "url", "http://images.example/v1",
                        "api-key", "k",
                        "parallel", "0",
                        "max-attempts", "99",
                        "timeout", "0s",
                        "requests-per-minute", "0",
                        "price-per-image", "0.04")))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e ->
                assertThat(e.violations())
                    .extracting(KumiaiException.Violation::where)
                    .containsExactlyInAnyOrder(
                        "kumiai.generation.remote.studio.url",
                        "kumiai.generation.remote.studio.parallel",
                        "kumiai.generation.remote.studio.max-attempts",
                        "kumiai.generation.remote.studio.timeout",
                        "kumiai.generation.remote.studio.requests-per-minute",
                        "kumiai.generation.remote.studio.currency"))
        .extracting("code")
        .isEqualTo("remote-config-invalid");
    assertThatThrownBy(() -> studio.generator(Map.of("max-cost", "5")))
        .hasMessageContaining("price-per-image");
  }
}
