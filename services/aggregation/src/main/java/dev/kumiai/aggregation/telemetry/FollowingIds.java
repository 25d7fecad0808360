package dev.kumiai.aggregation.telemetry;

import io.opentelemetry.sdk.trace.IdGenerator;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/// Draws the ids of spans at random, except where an id follows from a run: that span has been the
/// parent of others, at sites perhaps, long before it is told itself.
@Singleton
class FollowingIds implements IdGenerator {

  private static final ScopedValue<Ids> FOLLOWING = ScopedValue.newInstance();

  private final IdGenerator random = IdGenerator.random();

  private record Ids(String trace, String span) {}

  /// Starts a span with these ids.
  <T> T with(String trace, String span, Supplier<T> start) {
    return ScopedValue.where(FOLLOWING, new Ids(trace, span)).call(start::get);
  }

  @Override
  public String generateTraceId() {
    return FOLLOWING.isBound() ? FOLLOWING.get().trace() : random.generateTraceId();
  }

  @Override
  public String generateSpanId() {
    return FOLLOWING.isBound() ? FOLLOWING.get().span() : random.generateSpanId();
  }
}
