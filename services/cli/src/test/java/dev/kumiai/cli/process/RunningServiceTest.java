package dev.kumiai.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kumiai.core.KumiaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningServiceTest {

  @TempDir private Path folder;

  private RunningService service(String script) throws Exception {
    Path log = folder.resolve("service.log");
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new RunningService("generation of group 1", process, log);
  }

  @Test
  void nothingIsWrongWithAServiceThatRuns() throws Exception {
    RunningService service = service("exec sleep 60");

    assertThatCode(service::requireAlive).doesNotThrowAnyException();

    service.process().destroyForcibly();
  }

  @Test
  void aServiceThatEndedIsToldWithItsLastWords() throws Exception {
    RunningService service = service("echo first; echo no room on the disk; exit 3");
    service.process().waitFor();

    assertThatExceptionOfType(KumiaiException.Unavailable.class)
        .isThrownBy(service::requireAlive)
        .withMessageContaining("generation of group 1 ended with status 3")
        .withMessageContaining(service.log().toString())
        .withMessageEndingWith("no room on the disk");
  }

  @Test
  void aServiceThatCtrlCEndedIsNoFailure() throws Exception {
    RunningService service = service("exit 130");
    service.process().waitFor();

    assertThatExceptionOfType(KumiaiException.Cancelled.class).isThrownBy(service::requireAlive);
  }

  @Test
  void theTailOfALongLogIsItsLastLines() throws Exception {
    RunningService service = service("true");
    service.process().waitFor();
    Files.writeString(
        service.log(),
        IntStream.range(0, 10_000).mapToObj(i -> "line " + i).collect(Collectors.joining("\n")));

    assertThat(service.tail()).hasSize(15).first().isEqualTo("line 9985");
  }
}
