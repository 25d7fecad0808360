package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.config.ArtifactConfig;
import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.aggregation.model.Artifacts;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Chooses where artifacts are kept.
@Singleton
class ChosenArtifacts {

  private static final long LEAST_PART_BYTES = 5L << 20;
  private static final long MOST_PART_BYTES = 1L << 30;

  private final ArtifactConfig config;
  private final StorageConfig storage;
  private final Instance<S3Client> client;
  private volatile @Nullable Artifacts artifacts;

  ChosenArtifacts(ArtifactConfig config, StorageConfig storage, Instance<S3Client> client) {
    this.config = config;
    this.storage = storage;
    this.client = client;
  }

  @Produces
  @Singleton
  @Startup
  Artifacts artifacts() {
    Artifacts chosen = choose();
    artifacts = chosen;
    return chosen;
  }

  /// Those of replicas that are not started again.
  @Scheduled(every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void removeLeftovers() throws IOException {
    Artifacts chosen = artifacts;
    if (chosen != null) {
      chosen.removeLeftovers();
    }
  }

  private Artifacts choose() {
    Path data = storage.data().toAbsolutePath().normalize();
    long reserve = storage.reserve().asLongValue();
    try {
      return switch (config.store()) {
        case DIRECTORY -> new DirectoryArtifacts(data, reserve);
        case S3 -> new S3Artifacts(bucket(), data, config.s3().cache().asLongValue(), reserve);
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the data folder " + data, e);
    }
  }

  private S3Bucket bucket() {
    ArtifactConfig.S3 s3 = config.s3();
    String name =
        s3.bucket()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "kumiai.artifacts.store is s3: name a bucket in kumiai.artifacts.s3.bucket"));
    long part = s3.partSize().asLongValue();
    if (part < LEAST_PART_BYTES || part > MOST_PART_BYTES) {
      throw new IllegalStateException(
          "kumiai.artifacts.s3.part-size is at least 5M and at most 1G, not " + part);
    }
    S3Bucket bucket = new S3Bucket(client.get(), name, s3.prefix(), (int) part);
    bucket
        .refusal()
        .ifPresent(
            why -> {
              throw new IllegalStateException(
                  "the bucket '%s' of kumiai.artifacts.s3 cannot be used: %s".formatted(name, why));
            });
    return bucket;
  }
}
