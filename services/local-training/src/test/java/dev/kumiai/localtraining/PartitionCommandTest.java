package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PartitionCommandTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void makesTheFoldersAndSaysWhatIsInThem() {
    int status = run("--sites", "2", "--limit", "200", "--public", "8", "--image-size", "8");

    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("castings, 8 x 8, grey: 8 classes")
        .containsPattern("public +8 +\\{cold-shut=1, crack=1, ")
        .containsPattern("evaluator +480 ")
        .containsPattern("site-2 +100 +\\{cold-shut=48, crack=3, ");
    assertThat(err.toString())
        .contains("reading castings")
        .contains("writing 100 images of site-1");
    assertThat(folder.resolve("exp/sites/site-2/private/castings/cold-shut/00047.png"))
        .isRegularFile();
    assertThat(folder.resolve("exp/sites/evaluator/private/castings-test/sound")).isDirectory();
    assertThat(folder.resolve("exp/public/pit/00000.png")).isRegularFile();
    assertThat(folder.resolve("exp/experiment.json")).isRegularFile();
  }

  @ParameterizedTest
  @CsvSource({
    "--image-size, 4, '--image-size is 8 to 512 pixels, not 4'",
    "--channels, 2, '--channels is 1 for grey or 3 for RGB, not 2'",
    "--sites, many, 'Invalid value for option'"
  })
  void rejectsOptionsThatMakeNoSense(String option, String value, String message) {
    int status = run(option, value);

    assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains(message);
  }

  private int run(String... options) {
    CommandLine command =
        new CommandLine(new PartitionCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--out";
    all[options.length + 1] = folder.resolve("exp").toString();
    return command.execute(all);
  }
}
