package dev.kumiai.generation.remote;

import dev.kumiai.generation.prompt.LlmConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.TreeMap;

/// Configuration as the service would read it from a properties file.
public final class Configured {

  private Configured() {}

  /// One service, `studio`, with keys below its name.
  public static RemoteConfig studio(Map<String, String> keys) {
    return read("kumiai.generation.remote.studio.", keys, RemoteConfig.class);
  }

  /// One chat model, `writer`, with keys below its name.
  public static LlmConfig writer(Map<String, String> keys) {
    return read("kumiai.generation.llm.writer.", keys, LlmConfig.class);
  }

  private static <T> T read(String prefix, Map<String, String> keys, Class<T> mapping) {
    Map<String, String> properties = new TreeMap<>();
    keys.forEach((key, value) -> properties.put(prefix + key, value));
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(mapping)
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .build()
        .getConfigMapping(mapping);
  }
}
