package dev.kumiai.worker.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.privacy.CountNoise;
import dev.kumiai.core.privacy.PrivacyLoss;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.function.Supplier;

/// What one site has spent of its privacy: `privacy.jsonl` in its folder, one line for each
/// release.
///
/// A line is on the disk before what it tells of leaves the site. So a crash can lose a release
/// that was paid for, and never a payment; and what was released once for the same numbers is
/// released again instead of being drawn anew, which would let noise be averaged away. Processes of
/// one site take turns by a lock on the file. A last line without its end is one that a crash cut
/// off: what it tells of has not left, and it is taken away.
final class PrivacyLedger {

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  /// Rounding of sums: a budget of 1 allows ten times 0.1.
  private static final double TOLERANCE = 1e-9;

  private final Path file;
  private final double budget;
  private final double delta;
  private final Clock clock;

  /// @param budget epsilon that all lines together may reach
  /// @param delta at which concentrated losses are converted
  PrivacyLedger(Path file, double budget, double delta, Clock clock) {
    this.file = file;
    this.budget = budget;
    this.delta = delta;
    this.clock = clock;
  }

  /// Books a release of a histogram, of whose numbers one sample changes one by 1; or finds the one
  /// that was booked for the same numbers.
  ///
  /// @param exact digest of the numbers without noise
  /// @param release draws the noise; called only when it is booked
  /// @throws KumiaiException.Forbidden `privacy-budget-spent`
  /// @throws KumiaiException.Invalid `privacy-ledger-damaged`
  SortedMap<String, Integer> release(
      String what, CountNoise noise, Digest exact, Supplier<SortedMap<String, Integer>> release) {
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      List<Spending> lines = read(channel);
      for (Spending line : lines) {
        if (line.isFor(what, noise.name(), noise.loss(), exact)) {
          return line.released();
        }
      }
      requireBudget(what, lines, noise.loss());
      Spending spending =
          new Spending(
              clock.instant(),
              what,
              noise.name(),
              1,
              noise.loss().epsilon(),
              noise.loss().rho(),
              exact,
              release.get());
      append(channel, spending);
      if (lines.isEmpty()) {
        DurableFiles.forceFolderOf(file);
      }
      return spending.released();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot book in " + file, e);
    }
  }

  private void requireBudget(String what, List<Spending> lines, PrivacyLoss next) {
    PrivacyLoss spent =
        lines.stream().map(Spending::loss).reduce(PrivacyLoss.NONE, PrivacyLoss::plus);
    if (spent.plus(next).epsilonAt(delta) > budget + TOLERANCE) {
      throw new KumiaiException.Forbidden(
          "privacy-budget-spent",
          String.format(
              Locale.ROOT,
              "the site has spent epsilon %.4g of its privacy budget of %.4g, and %s would take it to %.4g: raise kumiai.worker.counts.budget, or take a smaller kumiai.worker.counts.epsilon",
              spent.epsilonAt(delta),
              budget,
              what,
              spent.plus(next).epsilonAt(delta)));
    }
  }

  private List<Spending> read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // reads on
    }
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    int whole = text.lastIndexOf('\n') + 1;
    if (whole < text.length()) {
      channel.truncate(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
    }
    List<Spending> lines = new ArrayList<>();
    for (String line : text.substring(0, whole).lines().toList()) {
      try {
        lines.add(JSON.readValue(line, Spending.class));
      } catch (JsonProcessingException e) {
        throw new KumiaiException.Invalid(
            "privacy-ledger-damaged",
            "line %d of %s is no entry of a privacy ledger, and without it nobody knows what was spent: restore the file from a backup"
                .formatted(lines.size() + 1, file.getFileName()),
            e);
      }
    }
    return lines;
  }

  private static void append(FileChannel channel, Spending spending) throws IOException {
    channel.position(channel.size());
    DurableFiles.write(
        channel, (JSON.writeValueAsString(spending) + '\n').getBytes(StandardCharsets.UTF_8));
  }
}
