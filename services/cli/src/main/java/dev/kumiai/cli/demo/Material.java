package dev.kumiai.cli.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the sites' data and the generator are made of.
///
/// @param data [#CASTINGS], or a folder
/// @param test folder to measure on; null holds a share of the data back
/// @param partition how data falls to sites
/// @param publicImages images of the public share
/// @param limit images that are used at most; null is all
/// @param imageSize height and width in pixels; null leaves it to the data or the generator
/// @param channels 1 or 3; null leaves it to the data or the generator
/// @param generator its file; null is the one that comes with castings, or one that is trained
/// @param generatorMinutes how long one is trained
/// @param generatorSeed of that training
public record Material(
    String data,
    @Nullable Path test,
    String partition,
    int sites,
    int publicImages,
    @Nullable Integer limit,
    @Nullable Integer imageSize,
    @Nullable Integer channels,
    @Nullable Path generator,
    double generatorMinutes,
    long generatorSeed) {

  /// The name of the procedural data set, as against a folder.
  public static final String CASTINGS = "castings";

  boolean isCastings() {
    return data.equals(CASTINGS);
  }
}
