package dev.kumiai.generation;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Energy that the processors of this machine use, whoever uses them, from the counters that Linux
/// keeps for each processor package (RAPL): `/sys/class/powercap/intel-rapl:0/energy_uj`, in
/// microjoules, which begins anew after `max_energy_range_uj`. Many machines let nobody but root
/// read them, and virtual ones have none. A GPU is not in it.
final class EnergyMeter {

  private static final Path COUNTERS = Path.of("/sys/class/powercap");
  private static final double MICRO = 1e-6;

  private final List<Path> packages;

  private EnergyMeter(List<Path> packages) {
    this.packages = List.copyOf(packages);
  }

  /// The counters at the beginning of something, one for each package.
  record Reading(List<Long> microjoules) {}

  static EnergyMeter ofThisMachine() {
    return of(COUNTERS);
  }

  /// Goes by the counters in a folder; by none where there are none.
  static EnergyMeter of(Path counters) {
    List<Path> packages = new ArrayList<>();
    try (DirectoryStream<Path> zones = Files.newDirectoryStream(counters, "intel-rapl:*")) {
      for (Path zone : zones) {
        // Not a part of a package, which that counts already, nor the whole machine.
        if (Files.readString(zone.resolve("name")).startsWith("package")) {
          packages.add(zone);
        }
      }
    } catch (IOException _) {
      return new EnergyMeter(List.of());
    }
    return new EnergyMeter(packages);
  }

  /// Where the counters are now; null where they cannot be read.
  @Nullable Reading read() {
    try {
      List<Long> counters = new ArrayList<>();
      for (Path zone : packages) {
        counters.add(number(zone, "energy_uj"));
      }
      return counters.isEmpty() ? null : new Reading(counters);
    } catch (IOException | NumberFormatException _) {
      return null;
    }
  }

  /// Joules since a reading, of all packages; null where they cannot be read.
  @Nullable Double since(@Nullable Reading begun) {
    Reading now = begun == null ? null : read();
    if (begun == null || now == null) {
      return null;
    }
    try {
      long used = 0;
      for (int i = 0; i < packages.size(); i++) {
        long more = now.microjoules().get(i) - begun.microjoules().get(i);
        used += more >= 0 ? more : more + number(packages.get(i), "max_energy_range_uj");
      }
      return used * MICRO;
    } catch (IOException | NumberFormatException _) {
      return null;
    }
  }

  private static long number(Path zone, String file) throws IOException {
    return Long.parseLong(Files.readString(zone.resolve(file)).strip());
  }
}
