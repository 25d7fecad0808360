package dev.kumiai.core.strategy;

import com.sun.management.OperatingSystemMXBean;
import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Measures FedAvg over stored updates, from files that it writes first and that the page cache
/// should hold (3.2 GB by default). Each repetition opens and maps the files anew, as a round does.
/// CPU seconds also tell something on a machine that has other work.
///
/// ```
/// ./mvnw -q -pl services/core test-compile
/// java -Xmx64m -cp services/core/target/classes:services/core/target/test-classes \
///     dev.kumiai.core.strategy.FedAvgBenchmark [updates 32] [elements 25000000] [repetitions 15] [threads: cores]
/// ```
final class FedAvgBenchmark {

  private static final double GB = 1e9;

  private static final OperatingSystemMXBean CPU =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private FedAvgBenchmark() {}

  public static void main(String[] args) throws IOException {
    int updates = argument(args, 0, 32);
    int elements = argument(args, 1, 25_000_000);
    int repetitions = argument(args, 2, 15);
    int threads = argument(args, 3, Runtime.getRuntime().availableProcessors());
    Path folder = Files.createTempDirectory("fedavg-benchmark");
    try {
      for (int i = 0; i < updates; i++) {
        writeUpdate(folder.resolve(i + ".safetensors"), elements, i);
      }
      System.out.printf(
          "%d updates x %,d float32 = %.2f GB, %d threads, Java %s%n",
          updates, elements, bytes(updates, elements) / GB, threads, Runtime.version());
      measure(folder, updates, elements, repetitions, threads);
      printMemory(4.0 * elements);
    } finally {
      delete(folder);
    }
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  private static double bytes(int updates, int elements) {
    return 4.0 * updates * elements;
  }

  private static void writeUpdate(Path file, int elements, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[1 << 16];
    TensorSpec spec = new TensorSpec("weights", DType.F32, Shape.of(elements));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(spec), Map.of())) {
      for (int at = 0; at < elements; at += values.length) {
        int count = Math.min(values.length, elements - at);
        for (int i = 0; i < count; i++) {
          values[i] = (random.nextInt() >> 8) * 0x1p-24f;
        }
        writer.writeFloats(DType.F32, values, 0, count);
      }
      writer.finish();
    }
  }

  private static void measure(Path folder, int updates, int elements, int repetitions, int threads)
      throws IOException {
    double[] aggregated = new double[repetitions];
    double[] durable = new double[repetitions];
    double[] perCpuSecond = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      long cpuStart = CPU.getProcessCpuTime();
      List<Update> list = new ArrayList<>();
      for (int u = 0; u < updates; u++) {
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(u + ".safetensors"));
        list.add(new Update(new SiteId("site-" + u), 1 + u, file));
      }
      Updates all = Updates.of(list.getFirst().weights(), list);
      try (SafetensorsWriter model =
          SafetensorsWriter.create(folder.resolve("model"), all.specs(), Map.of())) {
        new Aggregation(new FedAvg(), threads).run(all, model, Progress.SILENT);
        aggregated[i] = bytes(updates, elements) / (System.nanoTime() - start);
        perCpuSecond[i] = bytes(updates, elements) / (CPU.getProcessCpuTime() - cpuStart);
        model.finish();
        durable[i] = bytes(updates, elements) / (System.nanoTime() - start);
      }
      list.forEach(update -> update.weights().close());
    }
    print("per second, mapped ... written", aggregated);
    print("per CPU second of all threads", perCpuSecond);
    print("per second, and forced to the disk", durable);
  }

  private static void print(String what, double[] gigabytesPerSecond) {
    double[] sorted = gigabytesPerSecond.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%-38s GB of updates: median %.1f, min %.1f, max %.1f; in order %s%n",
        what,
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1],
        Arrays.stream(gigabytesPerSecond).mapToObj("%.1f"::formatted).toList());
  }

  private static void printMemory(double model) throws IOException {
    long heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        heap += pool.getPeakUsage().getUsed();
      }
    }
    System.out.printf("model %.1f MB, peak heap used %.1f MB%n", model / 1e6, heap / 1e6);
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      System.out.println("RssFile is the page cache that is mapped, shared with everybody:");
      Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM") || line.startsWith("Rss"))
          .forEach(System.out::println);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
