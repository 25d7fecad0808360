package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.protocol.FolderName;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which private data set a run trains on, and the form its images are brought to.
///
/// @param dataset folder under the site's `private/`
/// @param classes every class of the run, in the order of the model's outputs; a site need not hold
///   all of them
/// @param imageSize height and width in pixels that images are resized to
/// @param channels 1 for grey, 3 for RGB
/// @param maxUnreadableShare share of a site's files that may be unreadable before the run refuses
///   it
public record DataSpec(
    @FolderName String dataset,
    @NotNull @Size(min = 2, max = 10_000) List<@FolderName String> classes,
    @Min(8) @Max(512) int imageSize,
    @Min(1) @Max(3) int channels,
    @DecimalMin("0.0") @DecimalMax("1.0") double maxUnreadableShare) {

  public static final int DEFAULT_IMAGE_SIZE = 32;
  public static final int DEFAULT_CHANNELS = 3;
  public static final double DEFAULT_MAX_UNREADABLE_SHARE = 0.05;

  public DataSpec {
    classes = Missing.emptyIfNull(classes);
  }

  /// The same form of another data set.
  public DataSpec inDataset(String otherDataset) {
    return new DataSpec(otherDataset, classes, imageSize, channels, maxUnreadableShare);
  }

  @JsonCreator
  static DataSpec of(
      @JsonProperty("dataset") String dataset,
      @JsonProperty("classes") List<String> classes,
      @JsonProperty("imageSize") @Nullable Integer imageSize,
      @JsonProperty("channels") @Nullable Integer channels,
      @JsonProperty("maxUnreadableShare") @Nullable Double maxUnreadableShare) {
    return new DataSpec(
        dataset,
        classes,
        imageSize == null ? DEFAULT_IMAGE_SIZE : imageSize,
        channels == null ? DEFAULT_CHANNELS : channels,
        maxUnreadableShare == null ? DEFAULT_MAX_UNREADABLE_SHARE : maxUnreadableShare);
  }
}
