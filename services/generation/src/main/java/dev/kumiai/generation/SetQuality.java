package dev.kumiai.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import dev.kumiai.worker.generated.GeneratedSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `quality.json` of a generated set: how it compares with the private samples.
final class SetQuality {

  static final String NAME = "quality.json";

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  private SetQuality() {}

  static Optional<QualityReport> find(Path folder) {
    try {
      Path file = folder.resolve(NAME);
      return Files.exists(file)
          ? Optional.of(JSON.readValue(file.toFile(), QualityReport.class))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  static void write(Path folder, QualityReport report) throws IOException {
    DurableFiles.replace(
        folder.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
  }

  /// What filters said of the samples of each class; what a person rejected they had kept.
  static Map<String, FilterCounts> filtered(List<GeneratedSample> samples) {
    Map<String, FilterCounts> counts = new TreeMap<>();
    for (GeneratedSample sample : samples) {
      counts.merge(sample.label(), counts(sample), FilterCounts::plus);
    }
    return counts;
  }

  private static FilterCounts counts(GeneratedSample sample) {
    DropReason reason = sample.reason();
    if (reason != null) {
      Map<DropReason, Integer> dropped = new EnumMap<>(DropReason.class);
      dropped.put(reason, 1);
      return new FilterCounts(0, 0, dropped);
    }
    return new FilterCounts(1, Boolean.TRUE.equals(sample.labelJudged()) ? 0 : 1, Map.of());
  }

  /// The private samples that kept ones started from.
  static BitSet guides(List<GeneratedSample> samples, RealSamples real) {
    BitSet guides = new BitSet();
    Map<String, int[]> ofClass = new TreeMap<>();
    for (GeneratedSample sample : samples) {
      Integer start = sample.realSample();
      if (start != null && sample.isKept()) {
        guides.set(ofClass.computeIfAbsent(sample.label(), real::indicesOf)[start]);
      }
    }
    return guides;
  }
}
