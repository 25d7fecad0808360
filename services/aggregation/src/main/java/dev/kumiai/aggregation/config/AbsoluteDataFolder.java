package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Lets the data folder be given relative to where the aggregator is started: H2 takes no such
/// path. Comes after the expansion of `${...}`, so it leaves those alone.
@Priority(Priorities.LIBRARY)
public class AbsoluteDataFolder implements ConfigSourceInterceptor {

  private static final long serialVersionUID = 1L;
  private static final String KEY = "kumiai.aggregator.data";

  @Override
  public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    ConfigValue value = context.proceed(name);
    if (!name.equals(KEY) || value == null || value.getValue().contains("${")) {
      return value;
    }
    return value.withValue(Path.of(value.getValue()).toAbsolutePath().normalize().toString());
  }
}
