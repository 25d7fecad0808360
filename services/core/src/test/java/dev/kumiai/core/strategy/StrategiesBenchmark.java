package dev.kumiai.core.strategy;

import com.sun.management.OperatingSystemMXBean;
import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.catalogue.StrategyKind;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Measures strategies over stored updates, from files that it writes first and that the page cache
/// should hold (6.4 GB by default). Each repetition opens and maps the files anew, as a round does.
/// CPU seconds also tell something on a machine that has other work. With `-Dpython=python3
/// -Dnumpy=FILE` the median and Krum are calculated with NumPy too, from the same files.
///
/// Arguments: `[updates 64] [elements 25000000] [repetitions 3] [threads: cores] [strategies: all,
/// separated by commas]`. SCAFFOLD's files hold half as many elements, and as many of control
/// variates.
final class StrategiesBenchmark {

  private static final double GB = 1e9;

  private static final OperatingSystemMXBean CPU =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Path folder;
  private final int updates;
  private final int elements;
  private final int repetitions;
  private final int threads;

  private StrategiesBenchmark(Path folder, String[] args) {
    this.folder = folder;
    this.updates = argument(args, 0, 64);
    this.elements = argument(args, 1, 25_000_000);
    this.repetitions = argument(args, 2, 3);
    this.threads = argument(args, 3, Runtime.getRuntime().availableProcessors());
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    List<StrategyKind> kinds =
        args.length > 4
            ? Stream.of(args[4].split(",", -1)).map(StrategyKind::valueOf).toList()
            : Stream.of(StrategyKind.values())
                .filter(kind -> kind == StrategyKind.FEDAVG || !sameAsFedAvg(kind))
                .toList();
    Path folder = Files.createTempDirectory("strategies-benchmark");
    try {
      new StrategiesBenchmark(folder, args).run(kinds);
    } finally {
      delete(folder);
    }
  }

  private static boolean sameAsFedAvg(StrategyKind kind) {
    return kind.strategy(Map.of()) instanceof FedAvg;
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  private void run(List<StrategyKind> kinds) throws IOException, InterruptedException {
    System.out.printf(
        "%d updates x %,d float32 = %.2f GB, %d threads, Java %s%n",
        updates, elements, bytes() / GB, threads, Runtime.version());
    write(List.of(new TensorSpec("weights", DType.F32, Shape.of(elements))));
    for (StrategyKind kind : kinds) {
      if (kind != StrategyKind.SCAFFOLD) {
        measure(kind);
      }
    }
    String numpy = System.getProperty("numpy");
    if (numpy != null) {
      compare(System.getProperty("python", "python3"), numpy);
    }
    if (kinds.contains(StrategyKind.SCAFFOLD)) {
      TensorSpec half = new TensorSpec("weights", DType.F32, Shape.of(elements / 2));
      write(Stream.concat(Stream.of(half), Updates.controlSpecs(List.of(half)).stream()).toList());
      measure(StrategyKind.SCAFFOLD);
    }
    printMemory(4.0 * elements);
  }

  private double bytes() {
    return 4.0 * updates * elements;
  }

  /// Writes the updates, and a global model of the first tensor alone.
  private void write(List<TensorSpec> specs) throws IOException {
    write("global", specs.subList(0, 1), updates);
    for (int update = 0; update < updates; update++) {
      write(String.valueOf(update), specs, update);
    }
  }

  private void write(String name, List<TensorSpec> specs, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[1 << 16];
    try (SafetensorsWriter writer = SafetensorsWriter.create(file(name), specs, Map.of())) {
      for (TensorSpec spec : writer.specs()) {
        for (long at = 0; at < spec.elements(); at += values.length) {
          int count = (int) Math.min(values.length, spec.elements() - at);
          for (int i = 0; i < count; i++) {
            values[i] = (random.nextInt() >> 8) * 0x1p-24f;
          }
          writer.writeFloats(DType.F32, values, 0, count);
        }
      }
      writer.finish();
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private void measure(StrategyKind kind) throws IOException {
    double[] perSecond = new double[repetitions];
    double[] perCpuSecond = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      long cpuStart = CPU.getProcessCpuTime();
      aggregate(kind.strategy(Map.of()));
      perSecond[i] = bytes() / (System.nanoTime() - start);
      perCpuSecond[i] = bytes() / (CPU.getProcessCpuTime() - cpuStart);
    }
    System.out.printf(
        "%-18s %5.2f GB/s, %5.2f GB per CPU second; in order %s%n",
        kind,
        median(perSecond),
        median(perCpuSecond),
        Arrays.stream(perSecond).mapToObj("%.2f"::formatted).toList());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /// What a round does: opens and maps, aggregates, writes and hashes the model and the states; but
  /// does not force them to the disk.
  private void aggregate(Strategy strategy) throws IOException {
    SafetensorsFile global = SafetensorsFile.open(file("global"));
    List<Update> list = new ArrayList<>();
    for (int u = 0; u < updates; u++) {
      list.add(
          new Update(new SiteId("site-" + u), 1 + u, SafetensorsFile.open(file("" + u)))
              .withSteps(1 + u)
              .withInitialLoss(1 + u));
    }
    Updates all = Updates.of(global, list);
    Map<String, ServerState> states = new LinkedHashMap<>();
    try (SafetensorsWriter model = create("model", all.specs())) {
      for (String state : strategy.states()) {
        states.put(state, new ServerState(null, create(state, all.stateSpecs())));
      }
      new Aggregation(strategy, threads).run(all, states, model, Progress.SILENT);
    } finally {
      for (ServerState state : states.values()) {
        state.after().close();
      }
      list.forEach(update -> update.weights().close());
      global.close();
    }
  }

  private SafetensorsWriter create(String name, List<TensorSpec> specs) throws IOException {
    return SafetensorsWriter.create(file(name), specs, Map.of());
  }

  private void compare(String python, String script) throws IOException, InterruptedException {
    System.out.flush();
    int status =
        new ProcessBuilder(python, script, folder.toString(), String.valueOf(updates))
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException(script + " ended with status " + status);
    }
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
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
