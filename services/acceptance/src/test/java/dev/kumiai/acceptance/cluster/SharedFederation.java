package dev.kumiai.acceptance.cluster;

import dev.kumiai.acceptance.Castings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives the tests that take one the same federation, which is closed after the last test.
final class SharedFederation implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Federation.class || type == Castings.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Shared shared =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .computeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class);
    return parameter.getParameter().getType() == Federation.class
        ? shared.federation()
        : shared.castings();
  }

  private record Shared(Path folder, Castings castings, Federation federation)
      implements AutoCloseable {

    static Shared start() {
      try {
        Path folder = Files.createTempDirectory("kumiai-cluster");
        Castings castings = Castings.cut(folder);
        return new Shared(folder, castings, Federation.start(castings));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      federation.close();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
