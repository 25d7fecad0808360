package dev.kumiai.aggregation.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The aggregator is packaged without the models of kinds that it does not touch. The client and
/// the operator must not miss one of them, but for what lists those kinds by their API group.
class ClientModelsTest {

  private static final Pattern MODEL =
      Pattern.compile("io/fabric8/kubernetes/api/model/[\\w/]*[A-Z]\\w*(\\$\\w+)*");
  private static final Pattern BY_GROUP = Pattern.compile(".*APIGroup(DSL|Client)\\.class");

  @ParameterizedTest
  @ValueSource(classes = {KubernetesClient.class, KubernetesClientImpl.class, Operator.class})
  void whatTheClientAndTheOperatorReferToIsThere(Class<?> ofJar) throws Exception {
    Set<String> models = new TreeSet<>();
    Path file = Path.of(ofJar.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : jar.stream().toList()) {
        if (entry.getName().endsWith(".class") && !BY_GROUP.matcher(entry.getName()).matches()) {
          models.addAll(models(jar, entry));
        }
      }
    }

    assertThat(models).hasSizeGreaterThan(20).allMatch(ClientModelsTest::isThere);
  }

  /// Names of models in the constant pool.
  private static Set<String> models(JarFile jar, JarEntry entry) throws IOException {
    Set<String> models = new TreeSet<>();
    try (InputStream in = jar.getInputStream(entry)) {
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      MODEL.matcher(text).results().map(MatchResult::group).forEach(models::add);
    }
    return models;
  }

  private static boolean isThere(String model) {
    return KubernetesClient.class.getClassLoader().getResource(model + ".class") != null;
  }
}
