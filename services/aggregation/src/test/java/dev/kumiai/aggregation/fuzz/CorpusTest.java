package dev.kumiai.aggregation.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever the fuzzer has found stays found.
class CorpusTest {

  @ParameterizedTest
  @EnumSource
  void everyInputOfTheCorpusIsTakenOrRefused(FuzzTarget target) throws IOException {
    assertThat(target.inputs()).hasSizeGreaterThan(5);
    SoftAssertions all = new SoftAssertions();
    for (Path input : target.inputs()) {
      byte[] bytes = Files.readAllBytes(input);
      all.assertThatCode(() -> target.take(bytes)).as(input.toString()).doesNotThrowAnyException();
    }
    all.assertAll();
  }

  @Test
  void anEmptyBodyOfEveryKindIsTakenOrRefused() {
    assertThat(JsonBodies.byName()).containsKeys("RunSpec", "Enrolment", "TaskReport");
    for (byte[] input : JsonBodies.empty()) {
      assertThatCode(() -> FuzzTarget.JSON.take(input))
          .as(new String(input, StandardCharsets.UTF_8))
          .doesNotThrowAnyException();
    }
  }

  /// Bodies of nearly a megabyte that are as awkward as can be; too long to be committed.
  @Test
  void noBodyOfAMegabyteTakesLong() {
    SoftAssertions all = new SoftAssertions();
    for (String type : JsonBodies.byName().keySet()) {
      AwkwardJson.all()
          .forEach(
              (what, body) -> {
                byte[] input = (type + "\n" + body).getBytes(StandardCharsets.UTF_8);
                // The first time is that of a machine which does not know the code yet.
                all.assertThatCode(() -> FuzzTarget.JSON.take(input))
                    .as(type + ": " + what)
                    .doesNotThrowAnyException();
              });
    }
    all.assertAll();
  }

  @Test
  void noHeaderOfAMegabyteTakesLong() {
    AwkwardJson.headers()
        .forEach(
            (what, header) ->
                assertThatCode(() -> FuzzTarget.SAFETENSORS.take(header))
                    .as(what)
                    .doesNotThrowAnyException());
  }
}
