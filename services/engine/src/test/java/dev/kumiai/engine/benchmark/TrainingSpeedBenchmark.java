package dev.kumiai.engine.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Local training beside the same networks in PyTorch for Python, in one run: A B A B. It is no
/// test and runs only when it is named; see `benchmark/training-speed` for how.
class TrainingSpeedBenchmark {

  private static final ImageForm FORM = new ImageForm(32, 3);
  private static final int CLASSES = 10;
  private static final int IMAGES = 2048;
  private static final int BATCH_SIZE = 64;
  private static final int PAIRS = Integer.getInteger("pairs", 15);

  /// What a number of steps took.
  private record Seconds(double wall, double processor) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void comparesWithPyTorchForPython(int threads) throws IOException {
    try (Peer peer = new Peer(threads)) {
      System.out.printf(
          "%n%d thread(s), batch %d of %s, Kumiai beside %s, %d pairs%n",
          threads, BATCH_SIZE, FORM, peer.version, PAIRS);
      compare(Architecture.CNN, 30, threads, peer);
      compare(Architecture.RESNET20, 10, threads, peer);
    }
  }

  private static void compare(Architecture architecture, int steps, int threads, Peer peer)
      throws IOException {
    Network network = Network.of(architecture, FORM, CLASSES);
    ModelWeights weights = network.initialWeights(1);
    LabelledImages images = noise();
    LocalTrainer trainer = new LocalTrainer(EngineDevice.cpu(threads));
    TrainingPlan plan = new TrainingPlan(null, steps, BATCH_SIZE, 0.01, 0.9, 5e-4, 0, null, false);
    Runnable ours =
        () -> trainer.train(network, weights, images, plan, LocalMethod.PLAIN, 1, Progress.SILENT);
    for (int i = 0; i < 3; i++) {
      measure(ours);
      peer.measure(architecture, steps);
    }
    List<Double> kumiai = new ArrayList<>();
    List<Double> python = new ArrayList<>();
    List<Double> ratio = new ArrayList<>();
    List<Double> processorRatio = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      Seconds a = measure(ours);
      Seconds b = peer.measure(architecture, steps);
      kumiai.add(steps * BATCH_SIZE / a.wall);
      python.add(steps * BATCH_SIZE / b.wall);
      ratio.add(b.wall / a.wall);
      processorRatio.add(b.processor / a.processor);
    }
    System.out.printf("%-9s Kumiai images/s   %s%n", architecture, summary(kumiai));
    System.out.printf("%-9s PyTorch images/s  %s%n", architecture, summary(python));
    System.out.printf("%-9s speed ratio       %s%n", architecture, summary(ratio));
    System.out.printf("%-9s by processor time %s%n", architecture, summary(processorRatio));
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

  private static LabelledImages noise() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] image = new byte[FORM.values()];
      random.nextBytes(image);
      pixels.add(image);
    }
    List<String> classes = IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
    return LabelledImages.of(classes, FORM, pixels, random.ints(IMAGES, 0, CLASSES).toArray());
  }

  /// The Python process.
  private static final class Peer implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;
    private final String version;

    Peer(int threads) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(System.getProperty("python", "python3"));
      command.add(Path.of("benchmark", "training_speed.py").toString());
      for (int i : new int[] {threads, IMAGES, FORM.channels(), FORM.size(), CLASSES, BATCH_SIZE}) {
        command.add(String.valueOf(i));
      }
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      answers = process.inputReader();
      questions = new PrintStream(process.getOutputStream(), true);
      version = answer();
    }

    Seconds measure(Architecture architecture, int steps) throws IOException {
      questions.println(architecture + " " + steps);
      return new Seconds(Double.parseDouble(answer()), Double.parseDouble(answer()));
    }

    private String answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the Python process has ended: is PyTorch installed?");
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
