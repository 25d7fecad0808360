package dev.kumiai.kubernetes.job;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;

/// The Secret with the enrolment token of a Job or a Deployment. It has that one's name, and goes
/// when it goes.
public final class TokenSecret {

  private TokenSecret() {}

  /// That of an owner.
  ///
  /// @param owner as the API server has it
  public static Secret of(HasMetadata owner, String token) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(owner.getMetadata().getName())
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(owner.getMetadata().getLabels())
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .build())
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .addToStringData(WorkerPod.TOKEN_KEY, token)
        .build();
  }
}
