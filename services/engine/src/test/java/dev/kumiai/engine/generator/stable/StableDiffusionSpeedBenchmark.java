package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tiny stable-diffusion beside diffusers with the same weights, in one run: A B A B. It is no test
/// and runs only when it is named; see `benchmark/stable-diffusion-speed` for how.
class StableDiffusionSpeedBenchmark {

  private static final String PROMPT = "a photo of the cast metal surface with crack, bright light";
  private static final String NEGATIVE = "blurry, noise";
  private static final int IMAGES = 8;
  private static final int STEPS = 20;
  private static final int PAIRS = Integer.getInteger("pairs", 15);

  @TempDir private Path temp;

  /// What a number of images took.
  private record Seconds(double wall, double processor) {}

  @ParameterizedTest
  @CsvSource({"ddim,1", "dpm-solver++,1", "ddim,2", "dpm-solver++,2"})
  void comparesWithDiffusers(String sampler, int threads) throws IOException {
    Path bundle = TinyBundle.copy(temp.resolve("tiny"));
    TinyBundle.edit(bundle, json -> json.addProperty("sampler", sampler));
    try (Peer peer = new Peer(threads);
        Generator generator =
            StableDiffusionBundle.open(bundle)
                .load(EngineDevice.cpu(threads), new ImageForm(64, 3))) {
      System.out.printf(
          "%n%s, %d thread(s), %d images of 64x64 in %d steps with guidance, Kumiai beside %s, %d pairs, load %.2f%n",
          sampler,
          threads,
          IMAGES,
          STEPS,
          peer.version,
          PAIRS,
          ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
      GenerationRequest request =
          new GenerationRequest(
              "crack",
              0,
              IMAGES,
              _ -> new Prompt(PROMPT, NEGATIVE),
              new Guidance.Prompt(),
              7.5,
              STEPS,
              1);
      compare(() -> generator.generate(request, _ -> {}, Progress.SILENT), sampler, peer);
    }
  }

  private static void compare(Runnable ours, String sampler, Peer peer) throws IOException {
    for (int i = 0; i < 5; i++) {
      measure(ours);
      peer.measure(sampler);
    }
    List<Double> kumiai = new ArrayList<>();
    List<Double> python = new ArrayList<>();
    List<Double> ratio = new ArrayList<>();
    List<Double> processorRatio = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      Seconds a = measure(ours);
      Seconds b = peer.measure(sampler);
      kumiai.add(IMAGES / a.wall);
      python.add(IMAGES / b.wall);
      ratio.add(b.wall / a.wall);
      processorRatio.add(b.processor / a.processor);
    }
    System.out.printf("Kumiai images/s    %s%n", summary(kumiai));
    System.out.printf("diffusers images/s %s%n", summary(python));
    System.out.printf("speed ratio        %s%n", summary(ratio));
    System.out.printf("by processor time  %s%n", summary(processorRatio));
    assertThat(ratio).isNotEmpty();
  }

  private static Seconds measure(Runnable work) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long processor = system.getProcessCpuTime();
    long wall = System.nanoTime();
    work.run();
    return new Seconds(
        (System.nanoTime() - wall) / 1e9, (system.getProcessCpuTime() - processor) / 1e9);
  }

  private static String summary(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return "median %8.3f  min %8.3f  max %8.3f"
        .formatted(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
  }

  /// The Python process.
  private static final class Peer implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;
    private final String version;

    Peer(int threads) throws IOException {
      List<String> command =
          List.of(
              System.getProperty("python", "python3"),
              Path.of("benchmark", "stable_diffusion_speed.py").toString(),
              String.valueOf(threads),
              PROMPT,
              NEGATIVE);
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      answers = process.inputReader();
      questions = new PrintStream(process.getOutputStream(), true);
      version = answer();
    }

    Seconds measure(String sampler) throws IOException {
      questions.println(sampler + " " + IMAGES + " " + STEPS);
      return new Seconds(Double.parseDouble(answer()), Double.parseDouble(answer()));
    }

    private String answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException(
            "the Python process has ended: are PyTorch, diffusers and transformers installed?");
      }
      return line;
    }

    @Override
    public void close() {
      questions.close();
      try {
        answers.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      process.destroy();
    }
  }
}
