package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a site is.
///
/// @param enrolled whether the aggregator knows it
/// @param lastHeartbeat when one of its workers last asked the aggregator for anything
/// @param samples private samples of all its data sets, as it announced them
/// @param datasets what it announced
/// @param reason what is wrong, in one sentence
/// @param announcedGeneration the newest generation of the resource for which it was asked what it
///   holds
/// @param conditions Accepted, Enrolled and, with warm workers, WorkersReady
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SiteStatus(
    @Nullable Boolean enrolled,
    @Nullable String lastHeartbeat,
    @Nullable Integer samples,
    @Nullable List<Dataset> datasets,
    @Nullable String reason,
    @Nullable Long announcedGeneration,
    @Nullable List<Condition> conditions) {

  /// One data set.
  ///
  /// @param name its folder under private/
  /// @param perClass samples of each class, with noise where the site adds it
  /// @param unreadable files that could not be read
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Dataset(String name, Map<String, Integer> perClass, int unreadable) {}
}
