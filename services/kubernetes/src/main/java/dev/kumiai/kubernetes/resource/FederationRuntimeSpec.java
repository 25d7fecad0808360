package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How workers are run.
///
/// @param localTraining the service that trains, measures and makes first weights
/// @param generation the service that generates; a run that generates needs it
/// @param imagePullPolicy Always, IfNotPresent or Never; by default the cluster's rule
/// @param imagePullSecrets Secrets in the sites' namespaces with which images are pulled
/// @param env environment of every worker
/// @param labels more labels of the pods
/// @param annotations of the pods
/// @param priorityClassName of the pods
/// @param queueName Kueue's LocalQueue in the sites' namespaces; none by default
/// @param serviceAccountName under which the pods run, without its token; by default the
///   namespace's own
/// @param activeDeadlineSeconds after which a Job is ended; by default the run's
///   round.deadlineSeconds and ten minutes
/// @param ttlSecondsAfterFinished how long a Job stays after its end; by default 600
/// @param trustStore authorities that workers believe when they call the aggregator; by default the
///   JDK's
/// @param podSecurityContext of the pods, such as fsGroup where volumes need one; they never run as
///   root
/// @param tmpSize limit of the pods' temporary folder, such as 10Gi; none by default
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederationRuntimeSpec(
    @Required Service localTraining,
    @Nullable Service generation,
    @Pattern("^(Always|IfNotPresent|Never)$") @Nullable String imagePullPolicy,
    @Nullable List<String> imagePullSecrets,
    @Nullable List<EnvVar> env,
    @Nullable Map<String, String> labels,
    @Nullable Map<String, String> annotations,
    @Nullable String priorityClassName,
    @Nullable String queueName,
    @Nullable String serviceAccountName,
    @Min(1) @Max(31_536_000) @Nullable Integer activeDeadlineSeconds,
    @Min(0) @Max(31_536_000) @Nullable Integer ttlSecondsAfterFinished,
    @Nullable TrustStore trustStore,
    @Nullable PodSecurityContext podSecurityContext,
    @Nullable String tmpSize) {

  /// A PKCS #12 file of certificates.
  ///
  /// @param secretName Secret in the sites' namespaces that has it
  /// @param key of the file in the Secret; by default truststore.p12
  /// @param passwordKey of the file's password in the Secret; by default password
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TrustStore(
      @Required String secretName, @Nullable String key, @Nullable String passwordKey) {}

  /// One service.
  ///
  /// @param image of its container
  /// @param resources of its container; the site's graphics processors are added to the limits
  /// @param env environment of its container, beside that of all
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Service(
      @Required String image,
      @Nullable ResourceRequirements resources,
      @Nullable List<EnvVar> env) {}
}
