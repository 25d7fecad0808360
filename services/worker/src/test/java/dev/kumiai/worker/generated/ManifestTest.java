package dev.kumiai.worker.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.worker.generated.GeneratedSample.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestTest {

  @TempDir private Path folder;

  private static GeneratedSample kept(int index, int left) {
    return new GeneratedSample(
        "pit",
        index,
        "pit/0000" + index + ".png",
        Digest.of(new byte[] {(byte) index}),
        new GeneratorRef.Classical(),
        "a deep pit, ”raking” light",
        "text",
        Guidance.MIXED,
        0.5,
        3,
        -7,
        Verdict.KEPT,
        null,
        null,
        false,
        true,
        left);
  }

  private static GeneratedSample dropped(int index, int left) {
    return new GeneratedSample(
        "pit",
        index,
        null,
        null,
        new GeneratorRef.Classical(),
        null,
        null,
        Guidance.PROMPT,
        null,
        null,
        -7,
        Verdict.DROPPED,
        DropReason.NEAR_COPY,
        null,
        null,
        true,
        left);
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    List<GeneratedSample> first = List.of(kept(0, 1), dropped(1, 0));
    List<GeneratedSample> second = List.of(kept(2, 0));

    long length = Manifest.append(folder, 0, first);
    long all = Manifest.append(folder, length, second);

    assertThat(Manifest.read(folder).samples())
        .containsExactly(kept(0, 1), dropped(1, 0), kept(2, 0));
    assertThat(Manifest.read(folder).bytes()).isEqualTo(all);
    assertThat(Manifest.isIn(folder)).isTrue();
  }

  @Test
  void isEmptyWhereThereIsNone() throws IOException {
    assertThat(Manifest.read(folder).samples()).isEmpty();
    assertThat(Manifest.isIn(folder)).isFalse();
  }

  /// Wherever a process dies while it writes a batch, the batches before it are what is read, and
  /// the next batch takes the place of the rest.
  @Test
  void aTornBatchIsNotReadAndIsWrittenOver() throws IOException {
    List<GeneratedSample> next = List.of(kept(1, 2), dropped(2, 1), kept(3, 0));
    long length = Manifest.append(folder, 0, List.of(kept(0, 0)));
    Manifest.append(folder, length, next);
    byte[] whole = Files.readAllBytes(folder.resolve(Manifest.NAME));

    for (int cut = (int) length; cut < whole.length; cut += 13) {
      Files.write(folder.resolve(Manifest.NAME), Arrays.copyOf(whole, cut));
      Manifest torn = Manifest.read(folder);
      assertThat(torn.samples()).as("cut at %d", cut).containsExactly(kept(0, 0));
      assertThat(torn.bytes()).isEqualTo(length);
      Manifest.append(folder, torn.bytes(), next);
      assertThat(Files.readAllBytes(folder.resolve(Manifest.NAME))).isEqualTo(whole);
    }
  }

  @Test
  void aWholeLineThatIsNoSampleIsDamage() throws IOException {
    Manifest.append(folder, 0, List.of(kept(0, 0)));
    Files.writeString(
        folder.resolve(Manifest.NAME), "{\"class\":\"pit\"}\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("line 2")
        .extracting("code")
        .isEqualTo("generated-set-damaged");
  }

  @Test
  void replacesAllAtOnce() throws IOException {
    Manifest.append(folder, 0, List.of(kept(0, 1), kept(1, 0)));
    Rejection anna = new Rejection("anna", Instant.parse("2026-03-01T10:00:00Z"));

    List<GeneratedSample> after = new ArrayList<>(Manifest.read(folder).samples());
    after.set(0, after.getFirst().rejected(anna));
    Manifest.replace(folder, after);

    assertThat(Manifest.read(folder).samples()).containsExactlyElementsOf(after);
    assertThat(Manifest.read(folder).samples().getFirst().rejection()).isEqualTo(anna);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(Manifest.NAME));
    }
  }

  @Test
  void aSampleIsRejectedOnce() {
    Rejection anna = new Rejection("anna", Instant.EPOCH);
    Rejection bert = new Rejection("bert", Instant.EPOCH);

    assertThat(kept(0, 0).rejected(anna).rejected(bert).rejection()).isEqualTo(anna);
    assertThat(dropped(0, 0).rejected(anna)).isEqualTo(dropped(0, 0));
  }
}
