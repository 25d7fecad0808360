package dev.kumiai.generation.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/// `outgoing.jsonl` in the folder of a site: every text that has left it, one line each, written
/// before the text goes. The site's own people read it; nothing of it leaves.
final class OutgoingLog {

  static final String NAME = "outgoing.jsonl";

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  /// One line.
  ///
  /// @param endpoint the kind of service and its name in the configuration, such as `remote:studio`
  /// @param digest of the text in UTF-8
  record Line(Instant time, String endpoint, String text, Digest digest) {}

  private final Path file;
  private final Clock clock;

  OutgoingLog(Path site, Clock clock) {
    this.file = site.resolve(NAME);
    this.clock = clock;
  }

  /// Adds a line, durably.
  ///
  /// @throws KumiaiException.Unavailable `outgoing-log-unwritable`: what cannot be recorded does
  ///   not leave
  void append(String endpoint, String text) {
    Line line =
        new Line(clock.instant(), endpoint, text, Digest.of(text.getBytes(StandardCharsets.UTF_8)));
    try {
      DurableFiles.append(file, bytes(line));
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "outgoing-log-unwritable",
          "the site's %s cannot be written, and nothing leaves without a record: make room, or let the worker write there"
              .formatted(NAME),
          e);
    }
  }

  private static byte[] bytes(Line line) throws JsonProcessingException {
    return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
