package dev.kumiai.generation;

import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder of a set while samples are added to it, batch by batch: first the images of a batch,
/// then its lines in the manifest. A batch counts from its last line on.
final class GrowingSet {

  private final Path folder;
  private final List<GeneratedSample> samples;
  private long manifestBytes;

  private @Nullable SetCost cost;

  private GrowingSet(Path folder, Manifest manifest) {
    this.folder = folder;
    this.samples = new ArrayList<>(manifest.samples());
    this.manifestBytes = manifest.bytes();
    this.cost = SetCost.find(folder).orElse(null);
  }

  /// Opens what an attempt that was interrupted has left, and goes back to the last batch up to
  /// which all is whole: an image that is missing or is not the one of its line, as after a power
  /// cut, takes its batch and all later ones with it. Images without a line are deleted.
  static GrowingSet resume(Path folder) throws IOException {
    Manifest manifest = Manifest.read(folder);
    List<GeneratedSample> whole = manifest.samples();
    Set<String> damaged = damaged(folder, whole);
    if (!damaged.isEmpty()) {
      whole = whole.subList(0, wholeBatches(whole, damaged));
      Manifest.replace(folder, whole);
      manifest = Manifest.read(folder);
    }
    deleteStrays(folder, whole);
    return new GrowingSet(folder, manifest);
  }

  /// Opens a finished set to add to it. What is damaged in it is for a person to judge.
  static GrowingSet extend(Path folder) throws IOException {
    return new GrowingSet(folder, Manifest.read(folder));
  }

  /// The samples up to the last batch before the first damaged image.
  private static int wholeBatches(List<GeneratedSample> samples, Set<String> damaged) {
    int end = 0;
    for (int i = 0; i < samples.size(); i++) {
      String file = samples.get(i).file();
      if (file != null && damaged.contains(file)) {
        return end;
      }
      if (samples.get(i).batchLeft() == 0) {
        end = i + 1;
      }
    }
    return end;
  }

  /// Files of kept samples that are missing, or are not what their lines say.
  static Set<String> damaged(Path folder, List<GeneratedSample> samples) throws IOException {
    Set<String> damaged = new TreeSet<>();
    for (GeneratedSample sample : samples) {
      if (sample.isKept()) {
        String file = Objects.requireNonNull(sample.file());
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path) || !Digest.of(path).equals(sample.digest())) {
          damaged.add(file);
        }
      }
    }
    return damaged;
  }

  private static void deleteStrays(Path folder, List<GeneratedSample> samples) throws IOException {
    Set<String> known = new HashSet<>();
    samples.stream().map(GeneratedSample::file).filter(Objects::nonNull).forEach(known::add);
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder, 2)) {
      files = all.filter(file -> folder.relativize(file).getNameCount() == 2).toList();
    }
    for (Path file : files) {
      if (!known.contains(folder.relativize(file).toString())) {
        Files.delete(file);
      }
    }
  }

  Path folder() {
    return folder;
  }

  List<GeneratedSample> samples() {
    return List.copyOf(samples);
  }

  List<GeneratedSample> samples(String label) {
    return samples.stream().filter(sample -> sample.label().equals(label)).toList();
  }

  /// Stores a batch.
  ///
  /// @param contents the file of each sample; null where it was dropped
  /// @param spent what making the batch took
  void store(List<GeneratedSample> batch, List<byte @Nullable []> contents, Cost spent, Instant now)
      throws IOException {
    for (String label : new TreeSet<>(batch.stream().map(GeneratedSample::label).toList())) {
      Files.createDirectories(folder.resolve(label));
    }
    try {
      IntStream.range(0, batch.size())
          .parallel()
          .forEach(i -> write(batch.get(i).file(), contents.get(i)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    manifestBytes = Manifest.append(folder, manifestBytes, batch);
    samples.addAll(batch);
    cost = cost == null ? new SetCost(now, now, spent) : cost.plus(spent, now);
    cost.write(folder);
  }

  private void write(@Nullable String file, byte @Nullable [] content) {
    if (file == null || content == null) {
      return;
    }
    try {
      Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes all images durable. While the set grows they need not be: their digests tell.
  void force() throws IOException {
    for (GeneratedSample sample : samples) {
      if (sample.isKept()) {
        try (FileChannel file =
            FileChannel.open(
                folder.resolve(Objects.requireNonNull(sample.file())), StandardOpenOption.READ)) {
          file.force(true);
        }
      }
    }
  }
}
