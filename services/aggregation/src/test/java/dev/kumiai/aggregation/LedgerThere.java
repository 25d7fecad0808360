package dev.kumiai.aggregation;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Events of runs are made of what the ledger records, so they can be seen once it does.
final class LedgerThere {

  private static final Path MIGRATIONS = Path.of("target", "classes", "db", "migration");

  private LedgerThere() {}

  static void assume() {
    try (Stream<Path> migrations = Files.list(MIGRATIONS)) {
      assumeThat(migrations.anyMatch(file -> file.getFileName().toString().startsWith("V6__")))
          .as("the ledger records changes, migration V6")
          .isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
