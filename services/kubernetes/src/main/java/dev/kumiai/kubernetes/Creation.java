package dev.kumiai.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/// Makes objects whose names say what they are, so that one which was made just before a crash, or
/// is not seen yet, is not made twice.
public final class Creation {

  private static final int CONFLICT = 409;

  private Creation() {}

  /// Makes an object unless it is there. It need not be readable.
  public static void ensure(HasMetadata object, KubernetesClient client) {
    try {
      client.resource(object).create();
    } catch (KubernetesClientException e) {
      requireThere(e);
    }
  }

  /// Makes an object unless it is there.
  ///
  /// @return as the server has it
  public static <T extends HasMetadata> T ensured(T object, KubernetesClient client) {
    try {
      return client.resource(object).create();
    } catch (KubernetesClientException e) {
      requireThere(e);
      return client.resource(object).require();
    }
  }

  private static void requireThere(KubernetesClientException refusal) {
    if (refusal.getCode() != CONFLICT) {
      throw refusal;
    }
  }
}
