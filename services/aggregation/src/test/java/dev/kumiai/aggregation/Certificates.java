package dev.kumiai.aggregation;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A TLS server and its clients' certificates, made by the JDK's keytool: an authority `ca` that
/// the server trusts, which issued those of the server and of two sites, and one `foreign` that it
/// does not.
public class Certificates implements QuarkusTestResourceLifecycleManager {

  static final String PASSWORD = "changeit";

  private Path folder = Path.of("unset");

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("certificates");
      authority("ca");
      authority("foreign");
      issue("server", "ca", "CN=localhost", "SAN=dns:localhost,ip:127.0.0.1");
      issue("plant-by-name", "ca", "CN=plant-by-name", "SAN=dns:plant.example");
      issue("plant-by-urn", "ca", "CN=somebody", "SAN=uri:urn:kumiai:site:plant-by-urn");
      issue("forged", "foreign", "CN=plant-by-name", "SAN=dns:plant.example");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "kumiai.sites.client-certificates",
        "required",
        "quarkus.http.test-ssl-port",
        "0",
        "quarkus.http.insecure-requests",
        "enabled",
        "quarkus.tls.key-store.p12.path",
        folder.resolve("server.p12").toString(),
        "quarkus.tls.key-store.p12.password",
        PASSWORD,
        "quarkus.tls.trust-store.p12.path",
        folder.resolve("trust-ca.p12").toString(),
        "quarkus.tls.trust-store.p12.password",
        PASSWORD);
  }

  private void authority(String name) throws IOException {
    keytool(
        name,
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "bc:c");
    keytool(name, "-exportcert", "-alias", name, "-file", path(name + ".crt"));
    keytool(
        "trust-" + name, "-importcert", "-noprompt", "-alias", name, "-file", path(name + ".crt"));
  }

  private void issue(String name, String authority, String subject, String alternative)
      throws IOException {
    keytool(name, "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", subject);
    keytool(name, "-certreq", "-alias", name, "-file", path(name + ".csr"));
    keytool(
        authority,
        "-gencert",
        "-alias",
        authority,
        "-infile",
        path(name + ".csr"),
        "-outfile",
        path(name + ".crt"),
        "-ext",
        alternative);
    keytool(
        name, "-importcert", "-noprompt", "-alias", authority, "-file", path(authority + ".crt"));
    keytool(name, "-importcert", "-noprompt", "-alias", name, "-file", path(name + ".crt"));
  }

  private String path(String file) {
    return folder.resolve(file).toString();
  }

  private void keytool(String store, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-keystore",
                path(store + ".p12"),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", arguments) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(folder, new TestInjector.MatchesType(Path.class));
  }

  @Override
  public void stop() {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
