package dev.kumiai.generation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.generation.policy.PolicyGate.Endpoint;
import dev.kumiai.worker.SiteFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyGateTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-27T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;

  private PolicyGate gate(String policy) throws IOException {
    Files.writeString(folder.resolve("policy.yaml"), policy);
    return PolicyGate.of(new SiteFolder(folder), NOON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing may leave\n", "remoteGenerators: [other]\n"})
  void nothingLeavesUnlessThePolicyNamesTheService(String policy) throws Exception {
    PolicyGate gate = gate(policy);

    assertThatThrownBy(() -> gate.require(Endpoint.REMOTE, "studio"))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .hasMessageContaining("remoteGenerators")
        .extracting("code")
        .isEqualTo("remote-forbidden");
    assertThatThrownBy(() -> gate.record(Endpoint.LLM, "writer", gate.scrub("a pit")))
        .extracting("code")
        .isEqualTo("llm-forbidden");
    assertThat(folder.resolve("outgoing.jsonl")).doesNotExist();
  }

  @Test
  void nothingLeavesWithoutAPolicy() {
    PolicyGate gate = PolicyGate.of(new SiteFolder(folder), NOON);

    assertThatThrownBy(() -> gate.require(Endpoint.REMOTE, "studio"))
        .extracting("code")
        .isEqualTo("remote-forbidden");
  }

  @Test
  void whatLeavesIsScrubbedAndOnRecord() throws Exception {
    PolicyGate gate =
        gate("remoteGenerators: [studio]\nprivateWords: [Acme]\nreplacement: machine\n");

    gate.record(Endpoint.REMOTE, "studio", gate.scrub("an ACME pump"));
    gate.record(Endpoint.REMOTE, "studio", gate.scrub("a \"pit\"\n"));

    assertThat(Files.readAllLines(folder.resolve("outgoing.jsonl")))
        .containsExactly(
            """
            {"time":"2026-11-27T12:00:00Z","endpoint":"remote:studio","text":"an machine pump","digest":"%s"}"""
                .formatted(digest("an machine pump")),
            """
            {"time":"2026-11-27T12:00:00Z","endpoint":"remote:studio","text":"a \\"pit\\"\\n","digest":"%s"}"""
                .formatted(digest("a \"pit\"\n")));
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatCannotBeRecordedDoesNotLeave() throws Exception {
    PolicyGate gate = gate("remoteGenerators: [studio]");
    Files.createDirectory(folder.resolve("outgoing.jsonl"));

    assertThatThrownBy(() -> gate.record(Endpoint.REMOTE, "studio", gate.scrub("a pit")))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .extracting("code")
        .isEqualTo("outgoing-log-unwritable");
  }

  @Test
  void descriptionsAreReviewed() throws Exception {
    PolicyGate any = gate("privateWords: [Acme]");
    assertThat(any.accepts("A dented pump.")).isTrue();
    assertThat(any.accepts("A dented pump by aCmE.")).isFalse();

    PolicyGate few = gate("allowedWords: [a, dented, Pump, worn-out]");
    assertThat(few.accepts("A dented, worn-out pump!")).isTrue();
    assertThat(few.accepts("A dented red pump")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "privateWord: [Secretname]",
        "privateWords: Secretname",
        "privateWords: [Secretname",
        "privateWords: {Secretname: 1}",
        "- Secretname",
        "privateWords: [Secretname]\nreplacement: secretname",
        "remoteGenerators: [studio, null]"
      })
  void aPolicyThatCannotBeUnderstoodForbidsAllAndQuotesNothing(String policy) {
    assertThatThrownBy(() -> gate(policy))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("policy.yaml")
        .hasMessageNotContainingAny("Secretname", "secretname")
        .extracting("code")
        .isEqualTo("site-policy-invalid");
  }
}
