package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values that the chart refuses, each with one sentence.
class ChartRefusalsTest {

  private static final String POSTGRESQL =
      """
      database: {kind: postgresql, postgresql: {url: "jdbc:postgresql://db/kumiai", existingSecret: db}}
      """;

  private static final String S3 = "artifacts: {store: s3, s3: {bucket: models}}\n";

  private static final String JOINING =
      """
      mode: site
      site: {name: plant-a, aggregatorUrl: http://guild}
      """;

  /// Values, and the sentence that refuses them.
  record Refused(String values, String sentence) {}

  private static List<Refused> refusals() {
    return List.of(
        new Refused(
            "database: {kind: postgresql}",
            "database.postgresql.url is empty while database.kind is postgresql: give the JDBC"
                + " address of the database"),
        new Refused(
            "database: {kind: postgresql, postgresql: {url: 'jdbc:postgresql://db/kumiai'}}",
            "database.postgresql.existingSecret is empty while database.kind is postgresql: name a"
                + " Secret with its user and password"),
        new Refused(
            "artifacts: {store: s3}",
            "artifacts.s3.bucket is empty while artifacts.store is s3: name a bucket that exists"),
        new Refused(
            "kafka: {enabled: true}",
            "kafka.bootstrapServers is empty while kafka.enabled is true: name the brokers"),
        new Refused(
            "aggregation: {replicas: 2}",
            "more than one aggregator needs PostgreSQL: set database.kind to postgresql, or"
                + " aggregation.replicas to 1 and autoscaling.kind to none"),
        new Refused(
            POSTGRESQL + "autoscaling: {kind: hpa}",
            "more than one aggregator needs artifacts that all of them see: set artifacts.store to"
                + " s3, or persistence.accessMode to ReadWriteMany"),
        new Refused(
            POSTGRESQL + S3 + "autoscaling: {kind: keda}",
            "with artifacts in S3 every aggregator has a data folder of its own: set"
                + " persistence.enabled to false for more than one"),
        new Refused(
            POSTGRESQL + "persistence: {enabled: false}",
            "persistence.enabled is false, so the data are gone with the pod: set it to true, or"
                + " database.kind to postgresql and artifacts.store to s3"),
        new Refused(
            POSTGRESQL + S3 + "persistence: {enabled: false}",
            "persistence.enabled is false, so no data folder keeps the first keys: name Secrets in"
                + " auth.apiKey, auth.enrolmentToken and auth.ledgerKey"),
        new Refused(
            "tls: {mode: provided}",
            "tls.existingSecret is empty while tls.mode is provided: name a Secret with tls.crt and"
                + " tls.key"),
        new Refused(
            "tls: {mode: cert-manager}",
            "tls.certManager.issuer is empty while tls.mode is cert-manager: name the issuer"),
        new Refused(
            "ingress: {enabled: true}",
            "ingress.host is empty while ingress.enabled is true: give the host name"),
        new Refused(
            "httpRoute: {enabled: true}",
            "httpRoute.parentRefs is empty while httpRoute.enabled is true: name the gateway"),
        new Refused(
            "metrics: {serviceMonitor: {enabled: true}}",
            "metrics.serviceMonitor.apiKey.existingSecret is empty: name a Secret with the API key"
                + " of a viewer (kumiai key create prometheus --role viewer)"),
        new Refused(
            "kubernetes: {enabled: false}\nsites: [{name: a}]",
            "sites are resources, which kubernetes.enabled=false has no use for: set it to true, or"
                + " leave sites empty"),
        new Refused(
            "sites: [{name: a}, {name: b}, {name: a}]",
            "sites names 'a' twice: every site has a name of its own"),
        new Refused(
            "mode: site",
            "site.aggregatorUrl is empty while mode is site: give the address of the aggregator,"
                + " such as https://guild.example.com"),
        new Refused(
            JOINING,
            "auth.enrolmentToken.existingSecret is empty while mode is site: name a Secret with the"
                + " token that the aggregator's operator handed out"),
        new Refused(
            "mode: all-in-one",
            "site.name is empty while mode is all-in-one: name the site whose data the workers"
                + " use"),
        new Refused(
            "mode: all-in-one\nsite: {name: a}\n"
                + "localTraining: {enabled: false}\ngeneration: {enabled: false}",
            "localTraining.enabled and generation.enabled are both false while mode is all-in-one:"
                + " a site needs a worker"),
        new Refused(
            "mode: all-in-one\nsite: {name: a}\nevaluator: {enabled: true, name: a}",
            "evaluator.name and site.name are both 'a': every site has a name of its own"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void eachIsOneSentenceThatSaysWhatToDo(Refused refused) {
    IllegalStateException thrown =
        catchThrowableOfType(IllegalStateException.class, () -> Chart.render(refused.values()));

    assertThat(Chart.refusal(thrown)).isEqualTo(refused.sentence());
  }

  @Test
  void everySentenceOfTheChartIsTried() throws Exception {
    try (Stream<String> lines =
        Files.lines(Chart.FOLDER.resolve("templates/validate.yaml")).map(String::strip)) {
      List<Pattern> sentences =
          lines
              .filter(line -> line.contains("fail "))
              .map(line -> line.replaceAll(".*?\"(.*)\".*", "$1"))
              .map(text -> Pattern.compile("\\Q" + text.replace("%s", "\\E.*\\Q") + "\\E"))
              .toList();

      assertThat(sentences).hasSize(refusals().size());
      assertThat(sentences)
          .allSatisfy(
              sentence ->
                  assertThat(refusals())
                      .anyMatch(refused -> sentence.matcher(refused.sentence()).matches()));
    }
  }
}
