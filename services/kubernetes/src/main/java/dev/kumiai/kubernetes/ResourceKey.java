package dev.kumiai.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;

/// Names one custom resource, and no other of the same name that comes after it.
public record ResourceKey(String namespace, String name, String uid) {

  public static ResourceKey of(HasMetadata resource) {
    return new ResourceKey(
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        resource.getMetadata().getUid());
  }

  /// The form in which it is kept.
  @Override
  public String toString() {
    return namespace + "/" + name + "/" + uid;
  }
}
