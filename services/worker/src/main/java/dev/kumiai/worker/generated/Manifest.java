package dev.kumiai.worker.generated;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// `manifest.jsonl` of a generated set: one line for each sample that was generated, in that order.
///
/// It grows by whole batches. What a process that was killed has left of a batch at its end, down
/// to half a line, is not read and is written over by the next batch.
///
/// @param samples of all whole batches
/// @param bytes what they take of the file
public record Manifest(List<GeneratedSample> samples, long bytes) {

  public static final String NAME = "manifest.jsonl";

  private static final ObjectReader READER = KumiaiJson.mapper().readerFor(GeneratedSample.class);
  private static final ObjectWriter WRITER = KumiaiJson.mapper().writerFor(GeneratedSample.class);
  private static final byte LINE_END = '\n';

  public Manifest {
    samples = List.copyOf(samples);
  }

  /// Whether a folder holds generated samples: then it is nothing to be measured on.
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(NAME));
  }

  /// Reads the manifest in `folder`; an empty one where there is none.
  ///
  /// @throws KumiaiException.Invalid `generated-set-damaged` for a whole line that is no sample
  public static Manifest read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    List<GeneratedSample> whole = new ArrayList<>();
    List<GeneratedSample> batch = new ArrayList<>();
    int wholeBytes = 0;
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == LINE_END) {
        GeneratedSample sample = parse(bytes, start, i, whole.size() + batch.size() + 1);
        batch.add(sample);
        start = i + 1;
        if (sample.batchLeft() == 0) {
          whole.addAll(batch);
          batch.clear();
          wholeBytes = start;
        }
      }
    }
    return new Manifest(whole, wholeBytes);
  }

  private static GeneratedSample parse(byte[] bytes, int from, int to, int line) {
    try {
      return READER.readValue(bytes, from, to - from);
    } catch (IOException e) {
      throw new KumiaiException.Invalid(
          "generated-set-damaged",
          "line %d of a generated set's %s is no sample: delete the set's folder, and it is made again"
              .formatted(line, NAME),
          e);
    }
  }

  /// Writes a batch, durably, where the last whole one ends.
  ///
  /// @param bytes the length of all whole batches before it
  /// @return the length with it
  public static long append(Path folder, long bytes, List<GeneratedSample> batch)
      throws IOException {
    byte[] lines = lines(batch);
    try (FileChannel file =
        FileChannel.open(
            folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.truncate(bytes);
      file.position(bytes);
      DurableFiles.write(file, lines);
    }
    return bytes + lines.length;
  }

  /// Puts other samples in the place of these, all at once.
  public static void replace(Path folder, List<GeneratedSample> samples) throws IOException {
    DurableFiles.replace(folder.resolve(NAME), lines(samples));
  }

  private static byte[] lines(List<GeneratedSample> samples) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (GeneratedSample sample : samples) {
      try {
        lines.writeBytes(WRITER.writeValueAsString(sample).getBytes(StandardCharsets.UTF_8));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
      lines.write(LINE_END);
    }
    return lines.toByteArray();
  }
}
