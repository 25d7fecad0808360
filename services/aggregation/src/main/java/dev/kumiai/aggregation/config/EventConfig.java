package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/// How events leave.
@ConfigMapping(prefix = "kumiai.events")
public interface EventConfig {

  /// How the sources of this aggregator's events begin, a URI reference. Give each aggregator that
  /// shares topics with others one of its own.
  @Pattern(regexp = "[A-Za-z0-9/._~:@-]{1,100}") @WithDefault("/kumiai")
  String source();

  /// How often events are looked for that another replica wrote; those of this one go after
  /// [#linger].
  @DurationMin(millis = 10)
  @WithDefault("1s")
  Duration poll();

  /// How long an event waits for others that go with it: sending takes as many statements for a
  /// hundred as for one. 0 sends at once.
  @DurationMin(millis = 0)
  @WithDefault("50ms")
  Duration linger();

  /// Pause after a failure to send; doubles with every further one, half of it random.
  @DurationMin(millis = 1)
  @WithDefault("500ms")
  Duration retryDelay();

  /// Longest such pause.
  @DurationMin(millis = 1)
  @WithDefault("30s")
  Duration maxRetryDelay();

  /// How long one sending waits for acknowledgements.
  @DurationMin(millis = 100)
  @WithDefault("30s")
  Duration sendTimeout();

  /// How long events are kept after they were sent, for those who resume reading them over HTTP.
  @DurationMin(seconds = 0)
  @WithDefault("7D")
  Duration retention();

  /// Most readers of event streams at one time.
  @Min(1) @Max(100_000) @WithDefault("200")
  int maxStreams();
}
