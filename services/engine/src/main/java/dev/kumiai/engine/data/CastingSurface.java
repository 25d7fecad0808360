package dev.kumiai.engine.data;

import java.util.Arrays;

/// A square patch of metal before it is lit: relief, reflectance, gloss and rust at each point.
///
/// Places are fractions of the side, x to the right and y downwards, so that a patch looks the same
/// at any resolution. Heights are in the same unit.
final class CastingSurface {

  final int side;
  final float[] height;

  /// Share of light that the metal throws back in all directions.
  final float[] albedo;

  /// Factor on the light that it mirrors.
  final float[] gloss;

  /// From 0, bare metal, to 1, brown; seen in colour only.
  final float[] rust;

  CastingSurface(int side) {
    this.side = side;
    height = new float[side * side];
    albedo = new float[side * side];
    gloss = new float[side * side];
    rust = new float[side * side];
  }

  /// What happens at one point near a shape.
  @FunctionalInterface
  interface Touch {
    /// Changes the surface there.
    ///
    /// @param index of the point in the four arrays
    /// @param distance to the outline of the shape, negative inside
    void at(int index, double distance);
  }

  /// Metal before anything happened to it.
  void finish(CastingTexture texture, double angle, double scale, Noise noise) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    for (int row = 0, i = 0; row < side; row++) {
      double y = (row + 0.5) / side - 0.5;
      for (int column = 0; column < side; column++, i++) {
        double x = (column + 0.5) / side - 0.5;
        double along = (x * cos + y * sin) * scale;
        double across = (y * cos - x * sin) * scale;
        double relief = texture.relief(noise, along, across);
        height[i] = (float) relief;
        // Dirt and oxide settle where the surface is low, and in clouds.
        albedo[i] = (float) (1 + 6 * relief + 0.07 * noise.fractal(2.3 * x + 50, 2.3 * y + 50, 3));
        gloss[i] = 1;
      }
    }
  }

  /// Visits the points within `reach` of a stroke from one place to another whose half width goes
  /// from `from` to `to`.
  void stroke(
      float[] field,
      double x0,
      double y0,
      double x1,
      double y1,
      double from,
      double to,
      double reach) {
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length = dx * dx + dy * dy;
    double margin = Math.max(from, to) + reach;
    int top = first(Math.min(y0, y1) - margin);
    int bottom = last(Math.max(y0, y1) + margin);
    int left = first(Math.min(x0, x1) - margin);
    int right = last(Math.max(x0, x1) + margin);
    for (int row = top; row <= bottom; row++) {
      double y = (row + 0.5) / side;
      for (int column = left; column <= right; column++) {
        double x = (column + 0.5) / side;
        double t = length == 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length;
        t = Math.clamp(t, 0, 1);
        double px = x - x0 - t * dx;
        double py = y - y0 - t * dy;
        double distance = Math.sqrt(px * px + py * py) - (from + t * (to - from));
        int i = row * side + column;
        field[i] = (float) Math.min(field[i], distance);
      }
    }
  }

  /// A field of distances with nothing near.
  float[] farAway() {
    float[] field = new float[side * side];
    Arrays.fill(field, Float.MAX_VALUE);
    return field;
  }

  /// Visits the points of `field` that are nearer than `reach`.
  void visit(float[] field, double reach, Touch touch) {
    for (int i = 0; i < field.length; i++) {
      if (field[i] < reach) {
        touch.at(i, field[i]);
      }
    }
  }

  /// Visits the points in and within `reach` of a blob.
  void blob(Blob blob, double reach, Touch touch) {
    double extent = blob.extent() + reach;
    for (int row = first(blob.y() - extent); row <= last(blob.y() + extent); row++) {
      for (int column = first(blob.x() - extent); column <= last(blob.x() + extent); column++) {
        double distance = blob.distance((column + 0.5) / side, (row + 0.5) / side);
        if (distance < reach) {
          touch.at(row * side + column, distance);
        }
      }
    }
  }

  private int first(double place) {
    return Math.max(0, (int) Math.floor(place * side));
  }

  private int last(double place) {
    return Math.min(side - 1, (int) Math.ceil(place * side));
  }

  /// An ellipse with an uneven outline.
  ///
  /// @param radius of the long half axis
  /// @param flatness short axis as a share of the long one
  /// @param angle of the long axis
  /// @param unevenness of the outline, as a share of the radius
  /// @param outline noise that makes it uneven
  record Blob(
      double x,
      double y,
      double radius,
      double flatness,
      double angle,
      double unevenness,
      double lumps,
      Noise outline) {

    double extent() {
      return radius * (1 + 1.3 * unevenness);
    }

    /// Roughly the distance to the outline, negative inside.
    double distance(double px, double py) {
      double cos = StrictMath.cos(angle);
      double sin = StrictMath.sin(angle);
      double dx = px - x;
      double dy = py - y;
      double along = dx * cos + dy * sin;
      double across = (dy * cos - dx * sin) / flatness;
      double away = Math.sqrt(along * along + across * across);
      double edge = 1 + unevenness * outline.fractal(lumps * px / radius, lumps * py / radius, 3);
      return (away - radius * edge) * (flatness + 1) / 2;
    }
  }
}
