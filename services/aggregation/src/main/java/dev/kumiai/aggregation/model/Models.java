package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/// The weights that are kept here.
@ApplicationScoped
public class Models {

  private final Artifacts artifacts;
  private final ArtifactRecords records;

  Models(Artifacts artifacts, ArtifactRecords records) {
    this.artifacts = artifacts;
    this.records = records;
  }

  /// Whether a model is kept here, and will be: to be called in the transaction that refers to it.
  public boolean use(Digest digest) {
    return records.use(digest) && artifacts.has(digest);
  }

  /// Whether a model is kept here, without a word about using it.
  public boolean has(Digest digest) {
    return artifacts.has(digest);
  }

  /// The file of a model, which stays where it is until it is closed.
  public Kept open(Digest digest) {
    return artifacts.open(digest).orElseThrow(() -> missing(digest));
  }

  private KumiaiException missing(Digest digest) {
    return records
        .find(digest)
        .<KumiaiException>map(
            record ->
                record
                    .removed()
                    .<KumiaiException>map(
                        at ->
                            new KumiaiException.Gone(
                                "artifact-removed",
                                "file %s was removed at %s, as the retention of its run says: keep the updates of more rounds where it will be needed"
                                    .formatted(digest, at)))
                    .orElseGet(
                        () ->
                            new KumiaiException.Unavailable(
                                "artifact-missing",
                                "file %s is recorded and not in the store: restore it"
                                    .formatted(digest),
                                null)))
        .orElseGet(
            () ->
                new KumiaiException.NotFound(
                    "model-unknown",
                    "no model " + digest + " is kept here: upload it, or ask for another"));
  }

  public List<TensorSpec> specs(Digest digest) {
    try (Kept kept = open(digest);
        SafetensorsFile file = SafetensorsFile.open(kept.file())) {
      return file.specs();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read model " + digest, e);
    }
  }

  /// Starts a file of weights.
  public Draft draft(List<TensorSpec> specs) throws IOException {
    return new Draft(artifacts, records, specs);
  }

  /// Sends an upload that was checked already to where it will be kept. To be called before the
  /// transaction that refers to it, since it may take long.
  public void send(Upload upload) {
    try {
      records.arrives(upload.digest(), Files.size(upload.file()));
      artifacts.send(upload.file(), upload.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send " + upload.digest(), e);
    }
  }

  /// Keeps an upload that was sent already.
  public void keep(Upload upload) {
    try {
      artifacts.keep(upload.file(), upload.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep " + upload.digest(), e);
    }
  }
}
