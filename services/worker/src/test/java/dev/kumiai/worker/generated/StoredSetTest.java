package dev.kumiai.worker.generated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredSetTest {

  private static final Digest PLAN = Digest.of(new byte[] {1});

  @TempDir private Path folder;

  @Test
  void keepsItsReport() throws Exception {
    SetReport report =
        new SetReport(
            PLAN,
            new GeneratorRef.Classical(),
            Guidance.REAL,
            SetReport.count(Map.of("pit", 2), List.of()),
            List.of("pit"),
            new IgnoredWords(3, List.of("photo", "of")),
            null);

    StoredSet.write(folder, report);

    assertThat(StoredSet.find(folder)).contains(new StoredSet(folder, report));
  }

  @Test
  void readsAReportThatNamesNoIgnoredWords() throws Exception {
    Files.writeString(
        folder.resolve(StoredSet.REPORT),
        """
        {"plan": "%s", "generator": "classical", "guidance": "REAL",
         "classes": {"pit": {"budget": 1, "kept": 1, "drawn": 1, "rejected": 0, "dropped": {}}},
         "unguided": [], "rejection": null, "repeatable": true}"""
            .formatted(PLAN));

    assertThat(StoredSet.find(folder))
        .hasValueSatisfying(
            set -> {
              assertThat(set.report().ignoredWords()).isEqualTo(IgnoredWords.NONE);
              assertThat(set.report().counts()).isEqualTo(Map.of("pit", 1));
            });
  }
}
