package dev.kumiai.protocol.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.protocol.KumiaiJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskReportTest {

  private static final ObjectMapper JSON = KumiaiJson.mapper();
  private static final Digest PLAN = Digest.of(new byte[] {1});

  @Test
  void readsWhatWasStoredBeforeThereWasMoreToTell() throws Exception {
    String stored =
        """
        {"kind": "GENERATE", "planDigest": "%s", "counts": {"pit": 1}, "reused": true}"""
            .formatted(PLAN);

    assertThat(JSON.readValue(stored, TaskReport.class))
        .isEqualTo(new TaskReport.Generated(PLAN, Map.of("pit", 1), true));
  }

  @Test
  void tellsWhichWordsSaidNothing() throws Exception {
    TaskReport report =
        new TaskReport.Generated(
            PLAN,
            Map.of("pit", 1),
            false,
            Map.of(),
            0,
            List.of(),
            new IgnoredWords(2, List.of("photo")),
            null,
            null);

    String json = JSON.writerFor(TaskReport.class).writeValueAsString(report);

    assertThat(json).contains("\"ignoredWords\":{\"count\":2,\"most\":[\"photo\"]}");
    assertThat(JSON.readValue(json, TaskReport.class)).isEqualTo(report);
  }
}
