package dev.kumiai.kubernetes.job;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import jakarta.inject.Singleton;

/// What the API server can do, by its version, asked once.
@Singleton
public class ServerFeatures {

  /// The minor version of Kubernetes 1 from which pod failure policies are on by default.
  private static final int POD_FAILURE_POLICY = 26;

  private final KubernetesClient client;
  private volatile int minor;

  ServerFeatures(KubernetesClient client) {
    this.client = client;
  }

  boolean hasPodFailurePolicy() {
    return minor() >= POD_FAILURE_POLICY;
  }

  private int minor() {
    if (minor == 0) {
      VersionInfo version = client.getKubernetesVersion();
      // Some clouds add a plus sign.
      String digits = version == null ? "" : version.getMinor().replaceAll("\\D.*", "");
      minor = digits.isEmpty() ? 1 : Integer.parseInt(digits);
    }
    return minor;
  }
}
