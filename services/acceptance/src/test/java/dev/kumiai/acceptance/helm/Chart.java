package dev.kumiai.acceptance.helm;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import dev.kumiai.acceptance.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The chart of this checkout, rendered by the real Helm library without a cluster.
public final class Chart {

  /// Where it is.
  public static final Path FOLDER = Checkout.ROOT.resolve("helm/kumiai");

  /// The release and the namespace of what is rendered.
  static final String RELEASE = "guild";

  static final String NAMESPACE = "ml";

  /// The oldest server that the chart is for, and the one of the test cluster.
  static final String OLD = "1.20.2";

  static final String CURRENT = "1.34.0";

  /// An annotation in place of Helm's, since its library renders everything but hooks.
  static final String HOOK = "kumiai.dev/hook";

  static final YAMLMapper YAML = new YAMLMapper();

  private static final Pattern REFUSED =
      Pattern.compile("execution error at \\(kumiai/templates/validate.yaml:\\d+:\\d+\\): (.*)");

  private static final Path WITHOUT_HOOKS = withoutHooks();

  private Chart() {}

  /// A copy of the chart whose hooks are manifests like all others.
  private static Path withoutHooks() {
    try {
      Path copy = Files.createTempDirectory("chart");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteTree(copy)));
      for (Path file : files(FOLDER)) {
        Path to = copy.resolve(FOLDER.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.writeString(to, Files.readString(file).replace("helm.sh/hook:", HOOK + ":"));
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void deleteTree(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(Chart::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Renders it for a current server.
  ///
  /// @param values YAML
  static Manifests render(String values) {
    return render(CURRENT, values);
  }

  /// @param kubernetes the server's version, such as `1.20.2`
  /// @param values YAML
  /// @throws IllegalStateException what Helm said
  static Manifests render(String kubernetes, String values) {
    return Manifests.parse(text(kubernetes, values));
  }

  private static String text(String kubernetes, String values) {
    return text(RELEASE, NAMESPACE, kubernetes, values);
  }

  static String text(String release, String namespace, String kubernetes, String values) {
    Path file = file(values);
    try {
      return new Helm(WITHOUT_HOOKS)
          .template()
          .withName(release)
          .withNamespace(namespace)
          .withKubeVersion(kubernetes)
          .withValuesFile(file)
          .call();
    } finally {
      delete(file);
    }
  }

  /// The sentence with which `validate.yaml` refused; the whole message where something else did.
  static String refusal(IllegalStateException thrown) {
    Matcher matcher = REFUSED.matcher(String.valueOf(thrown.getMessage()));
    return matcher.find() ? matcher.group(1) : String.valueOf(thrown.getMessage());
  }

  /// A file with values that is gone when it was [deleted][#delete(Path)].
  static Path file(String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      return Files.writeString(file, values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
