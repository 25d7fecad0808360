package dev.kumiai.aggregation.fuzz;

import dev.kumiai.aggregation.model.SafetensorsFuzz;
import dev.kumiai.aggregation.request.RequestFuzz;
import dev.kumiai.aggregation.rest.HeaderFuzz;
import dev.kumiai.aggregation.rest.JsonBodyFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What is fed with bytes that nobody meant.
enum FuzzTarget {
  /// Uploads of weights.
  SAFETENSORS(SafetensorsFuzz.class, 4_096) {
    @Override
    void take(byte[] input) throws Exception {
      SafetensorsFuzz.fuzzerTestOneInput(input);
    }
  },
  /// Bodies of all requests.
  JSON(JsonBodyFuzz.class, 4_096) {
    @Override
    void take(byte[] input) throws Exception {
      JsonBodyFuzz.fuzzerTestOneInput(input);
    }
  },
  /// Messages that ask for something.
  REQUESTS(RequestFuzz.class, 2_048) {
    @Override
    void take(byte[] input) throws Exception {
      RequestFuzz.fuzzerTestOneInput(input);
    }
  },
  /// Header fields.
  HEADERS(HeaderFuzz.class, 256) {
    @Override
    void take(byte[] input) throws Exception {
      HeaderFuzz.fuzzerTestOneInput(input);
    }
  };

  private static final Path FOLDER = Path.of("src", "test", "fuzz");

  private final Class<?> type;
  private final int longestInput;

  FuzzTarget(Class<?> type, int longestInput) {
    this.type = type;
    this.longestInput = longestInput;
  }

  Class<?> type() {
    return type;
  }

  /// Bytes; what is longer finds nothing new and takes longer.
  int longestInput() {
    return longestInput;
  }

  abstract void take(byte[] input) throws Exception;

  /// Inputs that once led to something new, found by the fuzzer or by hand.
  Path corpus() {
    return FOLDER.resolve(name().toLowerCase(java.util.Locale.ROOT));
  }

  /// Words that an input is likely to be made of.
  Path dictionary() {
    return FOLDER.resolve(name().toLowerCase(java.util.Locale.ROOT) + ".dict");
  }

  List<Path> inputs() throws IOException {
    try (Stream<Path> files = Files.list(corpus())) {
      return files.sorted().toList();
    }
  }
}
