package dev.kumiai.acceptance;

import dev.kumiai.killpoints.Point;
import dev.kumiai.killpoints.Point.Where;
import java.util.List;
import java.util.stream.Stream;

/// Where a site's generation worker is killed; and what is at stake there.
enum GenerationKillPoint {
  SET_BEGUN(
      "generation.GeneratedSet", "begin", Where.RETURN, 1, "The set has a folder and no sample."),
  BATCH_MADE(
      "generation.GrowingSet", "store", Where.ENTRY, 2, "A batch is made and nothing is stored."),
  IMAGES_STORED(
      "worker.generated.Manifest", "append", Where.ENTRY, 3, "Images are there without lines."),
  LINES_STORED(
      "worker.generated.Manifest", "append", Where.RETURN, 3, "A batch is there, its cost is not."),
  REPORTED(
      "worker.generated.StoredSet", "write", Where.RETURN, 1, "The set is whole, without a name."),
  NAMED(
      "generation.GeneratedSet", "finish", Where.RETURN, 1, "The set has its name, nobody knows.");

  private final String type;
  private final String method;
  private final Where where;
  private final int times;
  private final String stake;

  GenerationKillPoint(String type, String method, Where where, int times, String stake) {
    this.type = "dev.kumiai." + type;
    this.method = method;
    this.where = where;
    this.times = times;
    this.stake = stake;
  }

  static List<Point> all() {
    return Stream.of(values())
        .map(kill -> new Point(kill.name(), kill.type, kill.method, kill.where, null))
        .toList();
  }

  /// How often it is reached before it kills, that time included.
  int times() {
    return times;
  }

  @Override
  public String toString() {
    return name() + ": " + stake;
  }
}
