package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.GeneratedSample.Verdict;
import dev.kumiai.worker.generated.Rejection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Lines of a manifest.
final class Lines {

  static final Rejection ANNA = new Rejection("anna", Instant.EPOCH);

  private Lines() {}

  static GeneratedSample kept(String label, int index) {
    return line(label, index, SetMaker.file(label, index), Verdict.KEPT, null);
  }

  static GeneratedSample dropped(String label, int index) {
    return line(label, index, null, Verdict.DROPPED, DropReason.DUPLICATE);
  }

  private static GeneratedSample line(
      String label,
      int index,
      @Nullable String file,
      Verdict verdict,
      @Nullable DropReason reason) {
    return new GeneratedSample(
        label,
        index,
        file,
        file == null ? null : Digest.of(new byte[] {(byte) index}),
        new GeneratorRef.Classical(),
        null,
        null,
        Guidance.PROMPT,
        null,
        null,
        1,
        verdict,
        reason,
        null,
        reason == null ? Boolean.TRUE : null,
        true,
        0);
  }
}
