package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.signature.SignedMessage;
import dev.kumiai.protocol.signature.SiteKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where client certificates are required, a worker is whose certificate names its site.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
@QuarkusTestResource(value = Certificates.class, restrictToAnnotatedClass = true)
class MutualTlsTest {

  private static final Map<String, SiteKey> KEYS = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // injected
  Path certificates;

  private final ChosenJobs jobs;

  @Inject
  MutualTlsTest(ChosenJobs jobs) {
    this.jobs = jobs;
  }

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init") // injected
  URI server;

  /// Enrols with one certificate.
  private HttpResponse<String> enrol(String site, @Nullable String certificate)
      throws IOException, InterruptedException, GeneralSecurityException {
    SiteKey key = KEYS.computeIfAbsent(site, _ -> SiteKey.make());
    String body =
        "{\"site\": \"%s\", \"enrolmentToken\": \"%s\", \"key\": \"%s\"}"
            .formatted(site, TemporaryAggregator.ENROLMENT_TOKEN, key.open());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String digest =
        "sha-256=:" + Base64.getEncoder().encodeToString(Digest.of(bytes).bytes()) + ":";
    HttpRequest.Builder request = post("/api/v1/sites", body).header("Content-Digest", digest);
    key.sign(new SignedMessage("POST", "/api/v1/sites", digest), Instant.now())
        .forEach(request::header);
    return send(request, certificate);
  }

  private HttpResponse<String> claim(String token, @Nullable String certificate)
      throws IOException, InterruptedException, GeneralSecurityException {
    return send(
        post("/api/v1/tasks/claim", "{\"kinds\": [\"TRAIN\"], \"waitSeconds\": 0}")
            .header("Authorization", "Bearer " + token),
        certificate);
  }

  private HttpRequest.Builder post(String path, String body) {
    return HttpRequest.newBuilder(server.resolve(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request, @Nullable String certificate)
      throws IOException, InterruptedException, GeneralSecurityException {
    KeyManager[] keys = null;
    if (certificate != null) {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store(certificate), Certificates.PASSWORD.toCharArray());
      keys =
          new KeyManager[] {
            new Insistent((X509KeyManager) factory.getKeyManagers()[0], certificate)
          };
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store("trust-ca"));
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys, trust.getTrustManagers(), null);
    try (HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private KeyStore store(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(certificates.resolve(name + ".p12"))) {
      store.load(file, Certificates.PASSWORD.toCharArray());
    }
    return store;
  }

  @ParameterizedTest
  @ValueSource(strings = {"plant-by-name", "plant-by-urn"})
  void aCertificateThatNamesTheSiteLetsItsWorkerIn(String site) throws Exception {
    HttpResponse<String> enrolled = enrol(site, site);

    assertThat(enrolled.statusCode()).as(enrolled.body()).isEqualTo(201);
    assertThat(claim(token(enrolled), site).statusCode()).isEqualTo(204);
  }

  private static String token(HttpResponse<String> enrolled) {
    return enrolled.body().replaceAll("(?s).*\"siteToken\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void withoutACertificateAWorkerIsRefused() throws Exception {
    String token = token(enrol("plant-by-name", "plant-by-name"));

    assertRefused(claim(token, null), "certificate-missing");
    assertRefused(enrol("plant-by-name", null), "certificate-missing");
  }

  @Test
  void anotherSitesCertificateIsRefused() throws Exception {
    String token = token(enrol("plant-by-name", "plant-by-name"));

    assertRefused(claim(token, "plant-by-urn"), "certificate-of-another");
    assertRefused(enrol("plant-by-name", "plant-by-urn"), "certificate-of-another");
  }

  private static void assertRefused(HttpResponse<String> answer, String code) {
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("/" + code);
  }

  @Test
  void aCertificateOfAnotherAuthorityMakesNoConnection() throws Exception {
    String token = token(enrol("plant-by-name", "plant-by-name"));

    assertThatThrownBy(() -> claim(token, "forged")).isInstanceOf(IOException.class);
  }

  @Test
  void usersNeedNone() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("/api/v1/runs"))
            .header("Authorization", "Bearer " + TemporaryAggregator.API_KEY);

    assertThat(send(request, null).statusCode()).isEqualTo(200);
  }

  /// Shows its certificate whomever the server says that it trusts, as an intruder would.
  private static final class Insistent extends X509ExtendedKeyManager {
    private final X509KeyManager keys;
    private final String alias;

    Insistent(X509KeyManager keys, String alias) {
      this.keys = keys;
      this.alias = alias;
    }

    @Override
    public String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias;
    }

    @Override
    public String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {alias};
    }

    @Override
    public X509Certificate[] getCertificateChain(String name) {
      return keys.getCertificateChain(name);
    }

    @Override
    public PrivateKey getPrivateKey(String name) {
      return keys.getPrivateKey(name);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }
  }

  @Test
  void jobsAreRefusedForTheyHaveNone() throws Exception {
    jobs.launch(true);
    HttpRequest.Builder request =
        post("/api/v1/runs", "{\"name\": \"castings\", \"executor\": \"JOBS\"}")
            .header("Authorization", "Bearer " + TemporaryAggregator.API_KEY);

    HttpResponse<String> answer = send(request, null);

    jobs.launch(false);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"/executor\"", "asks workers for TLS client certificates");
  }
}
