package dev.kumiai.aggregation.config;

import dev.kumiai.protocol.run.RetentionSpec;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

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

  Retention retention();

  Garbage garbage();

  /// What is kept of the rounds of runs that do not say it themselves.
  interface Retention {

    /// `all`, so that every aggregation can be repeated; `last-rounds`; or `none`, models alone.
    @WithDefault("all")
    RetentionSpec.Updates updates();

    /// How many rounds with `last-rounds`.
    @WithDefault("3")
    @Min(1) int rounds();

    default RetentionSpec spec() {
      boolean byRounds = updates() == RetentionSpec.Updates.LAST_ROUNDS;
      return new RetentionSpec(updates(), byRounds ? rounds() : null);
    }
  }

  /// When files are removed that nobody needs.
  interface Garbage {

    /// How often; `off` for never.
    @WithDefault("1h")
    String every();

    /// How long a file stays for certain after it came, or after somebody said that it will be
    /// used. More than any upload takes from its arrival to its record.
    @WithDefault("1h")
    @DurationMin(minutes = 10)
    Duration grace();

    /// How long a file stays to which no run refers, such as a model that was uploaded and not
    /// used.
    @WithDefault("P7D")
    @DurationMin(minutes = 10)
    Duration unusedAfter();
  }

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
