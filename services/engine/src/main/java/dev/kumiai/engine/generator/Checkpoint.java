package dev.kumiai.engine.generator;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;

/// The file in which an unfinished training waits, beside its output.
final class Checkpoint {

  private static final String TRAINING = "kumiai.training";
  private static final String SECONDS = "kumiai.seconds";

  private final Path file;
  private final Digest training;

  /// @param output the generator file that is being made
  Checkpoint(Path output, TrainingSettings settings, CaptionedImages images) {
    this.file = output.resolveSibling(output.getFileName() + ".checkpoint");
    this.training = identity(settings, images);
  }

  /// What a training follows from: it may only be taken up with the same.
  private static Digest identity(TrainingSettings settings, CaptionedImages captioned) {
    LabelledImages images = captioned.images();
    MessageDigest sha256 = Digest.sha256();
    String head = settings + "\n" + images.classes() + "\n" + images.form() + "\n";
    sha256.update(head.getBytes(StandardCharsets.UTF_8));
    byte[] pixels = new byte[images.form().values()];
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, pixels, 0);
      sha256.update(pixels);
      sha256.update((byte) images.label(i));
      sha256.update((byte) (images.label(i) >> Byte.SIZE));
      sha256.update(captioned.captions().get(i).getBytes(StandardCharsets.UTF_8));
    }
    return Digest.of(sha256);
  }

  void save(TrainingState state) throws IOException {
    SafetensorsWriter.write(
        file,
        state.tensors(),
        Map.of(TRAINING, training.toString(), SECONDS, String.valueOf(state.seconds())));
  }

  /// Takes up the training if there is one.
  ///
  /// @throws KumiaiException.Conflict `checkpoint-of-other-training`
  boolean restore(TrainingState state) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      if (!training.toString().equals(tensors.metadata().get(TRAINING))) {
        throw new KumiaiException.Conflict(
            "checkpoint-of-other-training",
            file
                + " was begun with other images or settings: repeat those, or delete it to begin"
                + " anew");
      }
      String seconds = String.valueOf(tensors.metadata().get(SECONDS));
      state.restore(tensors.weights(), Double.parseDouble(seconds));
    }
    return true;
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
