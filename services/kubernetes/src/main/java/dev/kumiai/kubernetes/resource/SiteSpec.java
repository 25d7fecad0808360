package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a site's work is done, and with what. Without volumes the site's workers are elsewhere,
/// and the resource only shows how it is.
///
/// @param namespace in which its Jobs and workers run, and its claims are; by default the
///   resource's own
/// @param volumes its data; nothing is run for a site without
/// @param gpu what a pod asks for; none by default
/// @param nodeSelector labels of the nodes it may run on
/// @param tolerations taints that its pods bear
/// @param affinity of its pods
/// @param runtimeClassName container runtime of its pods
/// @param policyConfigMap ConfigMap in that namespace whose key policy.yaml says what may leave the
///   site; nothing by default
/// @param warm workers that are there all the time, for runs with the executor agents
/// @param runtimeRef the FederationRuntime of its warm workers; a run's Jobs use the run's
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SiteSpec(
    @Pattern(DNS_LABEL) @Nullable String namespace,
    @Nullable Volumes volumes,
    @Nullable Gpu gpu,
    @Nullable Map<String, String> nodeSelector,
    @Nullable List<Toleration> tolerations,
    @Nullable Affinity affinity,
    @Nullable String runtimeClassName,
    @Nullable String policyConfigMap,
    @Nullable Warm warm,
    @Nullable RuntimeRef runtimeRef) {

  private static final String DNS_LABEL = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

  /// Claims that hold what is the site's.
  ///
  /// @param site its folder, read and written: its key, its generated sets, what strategies
  ///   remember
  /// @param privateData its private data, a folder for each data set, read only; by default the
  ///   folder private of its own folder
  /// @param models generators and TorchScript files, read only; a generator is found by its digest
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Volumes(
      @Required Claim site, @Nullable Claim privateData, @Nullable Claim models) {}

  /// A persistent volume claim, or a folder of it.
  ///
  /// @param claimName of the claim
  /// @param subPath folder in it; all of it by default
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Claim(@Required String claimName, @Nullable String subPath) {}

  /// Graphics processors of one pod.
  ///
  /// @param resourceName by which the nodes offer them; by default nvidia.com/gpu
  /// @param count how many; by default 1
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Gpu(@Nullable String resourceName, @Min(1) @Max(64) @Nullable Integer count) {}

  /// How many workers of each service are there all the time.
  ///
  /// @param localTraining by default 0
  /// @param generation by default 0
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Warm(
      @Min(0) @Max(64) @Nullable Integer localTraining,
      @Min(0) @Max(64) @Nullable Integer generation) {}
}
