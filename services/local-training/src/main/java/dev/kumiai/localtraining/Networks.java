package dev.kumiai.localtraining;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.Network;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The network that a run's spec means.
final class Networks {

  private final Optional<Path> folder;

  /// @param folder where TorchScript files stand
  Networks(Optional<Path> folder) {
    this.folder = folder;
  }

  Network of(ModelSpec model, DataSpec data) {
    ImageForm form = new ImageForm(data.imageSize(), data.channels());
    int classes = data.classes().size();
    return switch (model.architecture()) {
      case MLP -> Network.of(Architecture.MLP, form, classes);
      case CNN -> Network.of(Architecture.CNN, form, classes);
      case RESNET20 -> Network.of(Architecture.RESNET20, form, classes);
      case CLASS_DIFFUSION -> Network.ofGenerator(form, classes);
      case TORCHSCRIPT -> Network.ofTorchScript(torchScript(model.torchScript()), form, classes);
    };
  }

  private Path torchScript(@Nullable Digest digest) {
    if (digest == null) {
      throw new KumiaiException.Invalid(
          "torchscript-not-named", "a TORCHSCRIPT model is named by the digest of its file");
    }
    if (folder.isEmpty()) {
      throw new KumiaiException.NotFound(
          "torchscript-missing",
          "this worker has no folder for TorchScript files: set kumiai.worker.models");
    }
    Path file = folder.get().resolve(digest.hex() + ".pt");
    if (!Files.isRegularFile(file)) {
      throw new KumiaiException.NotFound(
          "torchscript-missing",
          "the worker's model folder has no %s: put the file there".formatted(file.getFileName()));
    }
    requireDigest(file, digest);
    return file;
  }

  private static void requireDigest(Path file, Digest digest) {
    try {
      Digest found = Digest.of(file);
      if (!found.equals(digest)) {
        throw new KumiaiException.Invalid(
            "torchscript-digest-mismatch",
            "%s has the digest %s: it is another file, or it was cut off; copy it again"
                .formatted(file.getFileName(), found));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
