package dev.kumiai.acceptance.helm;

import java.util.stream.Stream;

/// Values for each use of the chart, and for all that it can do at once.
final class Uses {

  static final String CONTROL_PLANE = "mode: control-plane";

  static final String SITE =
      """
      mode: site
      site: {name: plant-a, aggregatorUrl: https://guild.example.com}
      auth: {enrolmentToken: {existingSecret: invitation}}
      """;

  static final String ALL_IN_ONE =
      """
      mode: all-in-one
      site: {name: plant-a, privateClaim: castings, policy: "remote: []"}
      evaluator: {enabled: true, privateClaim: tests}
      """;

  static final String EVERYTHING =
      """
      mode: all-in-one
      image: {registry: registry.example/ml, pullSecrets: [registry]}
      site: {name: plant-a, gpu: {count: 1}, runtimeClassName: nvidia}
      aggregation: {replicas: 3}
      persistence: {enabled: false, ephemeralSize: 50Gi}
      database: {kind: postgresql, postgresql: {url: "jdbc:postgresql://db:5433/kumiai", existingSecret: db}}
      artifacts: {store: s3, s3: {bucket: models, endpoint: "http://minio:9000", existingSecret: s3}}
      kafka: {enabled: true, bootstrapServers: "a:9092, b:9093", existingSecret: kafka}
      oidc: {issuer: "https://login.example/realms/ml", roles: {ml-admins: admin}}
      auth:
        apiKey: {existingSecret: keys}
        enrolmentToken: {existingSecret: keys}
        ledgerKey: {existingSecret: keys}
      tls: {mode: cert-manager, certManager: {issuer: plant}, trustStore: {existingSecret: trust}}
      autoscaling: {kind: hpa}
      ingress: {enabled: true, host: guild.example.com, tlsSecret: guild-tls}
      httpRoute: {enabled: true, parentRefs: [{name: public}], hostnames: [guild.example.com]}
      metrics:
        serviceMonitor: {enabled: true, apiKey: {existingSecret: prometheus}}
        podMonitor: {enabled: true}
        dashboards: {enabled: true}
      tracing: {endpoint: "http://collector:4317"}
      sites: [{name: plant-b, namespace: plant-b}]
      evaluator: {enabled: true}
      """;

  static Stream<String> all() {
    return Stream.of(CONTROL_PLANE, SITE, ALL_IN_ONE, EVERYTHING);
  }

  private Uses() {}
}
