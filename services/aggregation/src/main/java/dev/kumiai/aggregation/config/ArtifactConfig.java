package dev.kumiai.aggregation.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/// Where models, updates and the states of strategies are kept.
@ConfigMapping(prefix = "kumiai.artifacts")
public interface ArtifactConfig {

  /// The kinds of store.
  enum Store {
    /// The data folder.
    DIRECTORY,
    /// A bucket of a server that speaks S3.
    S3
  }

  @WithDefault("directory")
  Store store();

  S3 s3();

  /// Which bucket. Credentials are found as the AWS SDK does: in the environment, a profile, or the
  /// role of the machine.
  interface S3 {

    /// Where the server is; AWS when it is not set.
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    /// Whether the bucket is named in the path, not in the host name.
    @WithDefault("true")
    boolean pathStyle();

    /// It has to exist.
    Optional<String> bucket();

    /// Begins the name of every object, so that others can use the bucket, too.
    @WithDefault("kumiai/")
    String prefix();

    /// Larger files are sent, and all are fetched, in parts of this size.
    @WithDefault("16M")
    MemorySize partSize();

    /// Room in the data folder for files that were fetched. Files that are open, such as those of a
    /// round that is being aggregated, are never removed, so more may be needed for a while.
    @WithDefault("20G")
    MemorySize cache();
  }
}
