package dev.kumiai.generation;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/// A site whose configuration names no service of somebody else.
final class Offline {

  static final Generators.Services NO_SERVICES =
      Generators.Services.of(Map::of, Map::of, Clock.systemUTC());

  private Offline() {}

  static Generators generators(Path folder) {
    return new Generators(new GeneratorFolders(List.of(folder)), NO_SERVICES);
  }

  static GenerationWork work(GenerationConfig config) {
    return new GenerationWork(new TestConfig(), config, Map::of, Map::of);
  }

  /// The commands of the service, made as its container makes them.
  static CommandLine commands(GenerationConfig config) {
    return new CommandLine(
        new GenerationCommand(),
        new IFactory() {
          @Override
          public <K> K create(Class<K> type) throws Exception {
            return type == RegenerateCommand.class
                ? type.cast(new RegenerateCommand(config, Map::of, Map::of))
                : CommandLine.defaultFactory().create(type);
          }
        });
  }
}
