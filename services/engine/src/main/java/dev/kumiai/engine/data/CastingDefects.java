package dev.kumiai.engine.data;

import java.util.random.RandomGenerator;

/// Spoils a surface as each class of defect does.
final class CastingDefects {

  private final CastingSurface surface;
  private final RandomGenerator random;

  /// How plain to see this defect is, from 0.55 to 1.
  private final double strength;

  CastingDefects(CastingSurface surface, RandomGenerator random) {
    this.surface = surface;
    this.random = random;
    this.strength = between(0.55, 1);
  }

  double strength() {
    return strength;
  }

  /// A seam where two flows of metal met and did not fuse: across the whole patch, gently curved,
  /// one side folded over the other.
  void coldShut() {
    double angle = between(0, 2 * StrictMath.PI);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double offset = between(-0.2, 0.2);
    double bow = between(-0.5, 0.5);
    double width = between(0.028, 0.05);
    double drop = strength * between(0.02, 0.036);
    double shade = between(-0.12, 0.12);
    Noise wander = noise();
    for (int row = 0, i = 0; row < surface.side; row++) {
      double y = (row + 0.5) / surface.side - 0.5;
      for (int column = 0; column < surface.side; column++, i++) {
        double x = (column + 0.5) / surface.side - 0.5;
        double along = x * cos + y * sin;
        double across = y * cos - x * sin;
        double d = across - offset - bow * along * along - 0.06 * wander.at(2.5 * along, 0.5);
        double over = d <= 0 ? 0 : 1 - StrictMath.exp(-d / width);
        double seam = bell(d / (0.35 * width));
        surface.height[i] +=
            (float) (drop * (over + 0.7 * bell((d - width) / width)) - 0.5 * drop * seam);
        surface.albedo[i] *= (float) ((1 - (0.25 + 0.6 * strength) * seam) * (1 + shade * over));
        surface.gloss[i] *= (float) (1 - 0.8 * seam);
      }
    }
  }

  /// A tear: a dark jagged line that thins out and branches.
  void crack() {
    float[] field = surface.farAway();
    double heading = between(0, 2 * StrictMath.PI);
    double length = between(0.5, 0.95);
    double x = between(0.35, 0.65) - length / 2 * StrictMath.cos(heading);
    double y = between(0.35, 0.65) - length / 2 * StrictMath.sin(heading);
    double width = between(0.009, 0.015);
    tear(field, x, y, heading, length, width, random.nextInt(1, 4));
    double depth = 0.03 * strength;
    double black = 0.5 + 0.5 * strength;
    surface.visit(
        field,
        0.03,
        (i, d) -> {
          double inside = step(0.006, -0.006, d);
          surface.albedo[i] *= (float) (1 - black * 0.92 * inside);
          surface.gloss[i] *= (float) (1 - inside);
          surface.height[i] += (float) (depth * (0.25 * bell((d - 0.008) / 0.008) - inside));
        });
  }

  private void tear(
      float[] field,
      double x,
      double y,
      double heading,
      double length,
      double width,
      int branches) {
    double step = 0.028;
    int steps = (int) (length / step);
    double turn = 0;
    for (int i = 0; i < steps; i++) {
      turn = 0.35 * turn + random.nextGaussian() * 0.5;
      double nx = x + step * StrictMath.cos(heading + turn);
      double ny = y + step * StrictMath.sin(heading + turn);
      double taper = 1 - 0.75 * i / steps;
      surface.stroke(field, x, y, nx, ny, width * taper, width * (taper - 0.75 / steps), 0.03);
      x = nx;
      y = ny;
      if (branches > 0 && i > steps / 5 && random.nextInt(steps) < 2 * branches) {
        double side = random.nextBoolean() ? 1 : -1;
        double aside = heading + side * between(0.5, 1.1);
        tear(field, x, y, aside, length * between(0.25, 0.45), width * taper * 0.8, 0);
        branches--;
      }
    }
  }

  /// Something foreign in the metal: angular lumps of pale sand or dark slag, grainy, with a sharp
  /// edge.
  void inclusion() {
    boolean slag = random.nextBoolean();
    int lumps = 1 + random.nextInt(3);
    double x = between(0.3, 0.7);
    double y = between(0.3, 0.7);
    for (int lump = 0; lump < lumps; lump++) {
      double radius = between(0.09, 0.19) * (lump == 0 ? 1 : 0.65);
      CastingSurface.Blob blob =
          new CastingSurface.Blob(
              x, y, radius, between(0.45, 0.85), between(0, StrictMath.PI), 0.45, 1.4, noise());
      Noise grain = noise();
      double tone = slag ? 1 - between(0.5, 0.68) * strength : 1 + between(0.5, 0.8) * strength;
      surface.blob(blob, 0.02, (i, d) -> lump(i, d, tone, slag, grain));
      double angle = between(0, 2 * StrictMath.PI);
      x += 0.22 * StrictMath.cos(angle);
      y += 0.22 * StrictMath.sin(angle);
    }
  }

  private void lump(int i, double d, double tone, boolean slag, Noise grain) {
    double inside = step(0.008, -0.008, d);
    int row = i / surface.side;
    double x = (double) (i % surface.side) / surface.side;
    double y = (double) row / surface.side;
    double rough = grain.fractal(30 * x, 30 * y, 2);
    double edge = bell(d / 0.01);
    double ownTone = tone * (1 + 0.25 * rough);
    surface.albedo[i] = (float) (surface.albedo[i] * (1 - inside) + inside * ownTone);
    surface.albedo[i] *= (float) (1 - 0.55 * strength * edge);
    surface.gloss[i] *= (float) (1 - inside * (slag ? 0.4 : 0.95));
    surface.height[i] = (float) (surface.height[i] * (1 - 0.8 * inside) + 0.012 * inside * rough);
    surface.rust[i] = (float) Math.max(surface.rust[i], slag ? 0 : 0.18 * inside);
  }

  /// A blowhole that came to the surface: one round crater, or two, smooth inside, with a rim.
  void pit() {
    int pits = random.nextInt(4) == 0 ? 2 : 1;
    double x = between(0.3, 0.7);
    double y = between(0.3, 0.7);
    for (int n = 0; n < pits; n++) {
      double radius = between(0.11, 0.21) * (n == 0 ? 1 : 0.7);
      crater(x, y, radius, 0.5 * radius * strength, 0.55 * strength, 0.16);
      double angle = between(0, 2 * StrictMath.PI);
      x += 0.36 * StrictMath.cos(angle);
      y += 0.36 * StrictMath.sin(angle);
    }
  }

  /// Gas in the melt: a swarm of small holes.
  void porosity() {
    int holes = random.nextInt(8, 24);
    double x = between(0.35, 0.65);
    double y = between(0.35, 0.65);
    double spread = between(0.12, 0.24);
    double longer = between(1, 1.8);
    double angle = between(0, StrictMath.PI);
    for (int n = 0; n < holes; n++) {
      double along = spread * longer * random.nextGaussian();
      double across = spread / longer * random.nextGaussian();
      double hx = x + along * StrictMath.cos(angle) - across * StrictMath.sin(angle);
      double hy = y + along * StrictMath.sin(angle) + across * StrictMath.cos(angle);
      double radius = between(0.016, 0.042);
      crater(hx, hy, radius, 0.9 * radius, 0.85 * (0.4 + 0.6 * strength), 0.12);
    }
  }

  private void crater(
      double x, double y, double radius, double depth, double dark, double unevenness) {
    CastingSurface.Blob blob =
        new CastingSurface.Blob(
            x, y, radius, between(0.75, 1), between(0, StrictMath.PI), unevenness, 1.2, noise());
    double rim = 0.2 * radius;
    surface.blob(
        blob,
        3 * rim,
        (i, d) -> {
          double inside = step(0.25 * rim, -0.5 * rim, d);
          // A bowl: flat at the bottom, steep at the wall.
          double bowl = d >= 0 ? 0 : 1 - StrictMath.exp(2.5 * d / radius);
          surface.height[i] = (float) (surface.height[i] * (1 - 0.7 * inside) - depth * bowl);
          surface.height[i] += (float) (0.18 * depth * bell((d - 0.4 * rim) / rim));
          surface.albedo[i] *= (float) (1 - dark * inside * (0.55 + 0.45 * bowl));
          surface.gloss[i] *= (float) (1 - 0.7 * inside);
        });
  }

  /// Something hard was drawn over the part: one to three straight grooves of bare bright metal
  /// with raised edges.
  void scratch() {
    int strokes = 1 + random.nextInt(3);
    double heading = between(0, StrictMath.PI);
    double x = between(0.35, 0.65);
    double y = between(0.35, 0.65);
    double width = between(0.01, 0.018);
    double bend = between(-0.12, 0.12);
    for (int n = 0; n < strokes; n++) {
      float[] field = surface.farAway();
      groove(field, x, y, heading + between(-0.06, 0.06), between(0.5, 1.1), bend, width);
      double bright = between(0.6, 1) * strength;
      double depth = width * (0.6 + strength);
      double w = width;
      surface.visit(
          field,
          0.05,
          (i, d) -> {
            double inside = bell(Math.max(0, d + w) / w);
            surface.height[i] += (float) (depth * (0.5 * bell((d - 0.5 * w) / (0.7 * w)) - inside));
            surface.albedo[i] *= (float) (1 + bright * inside);
            surface.gloss[i] *= (float) (1 + 2 * strength * inside);
            surface.rust[i] *= (float) (1 - inside);
          });
      double gap = between(0.05, 0.13) * (random.nextBoolean() ? 1 : -1);
      x -= gap * StrictMath.sin(heading);
      y += gap * StrictMath.cos(heading);
    }
  }

  private void groove(
      float[] field, double x, double y, double heading, double length, double bend, double width) {
    double cos = StrictMath.cos(heading);
    double sin = StrictMath.sin(heading);
    int pieces = 12;
    double lastX = 0;
    double lastY = 0;
    for (int i = 0; i <= pieces; i++) {
      double t = (double) i / pieces - 0.5;
      double along = t * length;
      double across = bend * (t * t - 0.08);
      double px = x + along * cos - across * sin;
      double py = y + along * sin + across * cos;
      // Pressed on in the middle, lifted at both ends.
      double press = 1.15 - 1.6 * t * t;
      if (i > 0) {
        surface.stroke(field, lastX, lastY, px, py, width * press, width * press, 0.05);
      }
      lastX = px;
      lastY = py;
    }
  }

  /// Cutting fluid that dried or rust that began: blotches with soft uneven edges and a dark rim,
  /// and no relief.
  void stain() {
    int blotches = 1 + random.nextInt(3);
    double x = between(0.3, 0.7);
    double y = between(0.3, 0.7);
    double tone = between(0.28, 0.5) * (0.3 + 0.7 * strength);
    double brown = between(0.05, 0.6);
    for (int n = 0; n < blotches; n++) {
      double radius = between(0.2, 0.36) * (n == 0 ? 1 : 0.45);
      CastingSurface.Blob blob =
          new CastingSurface.Blob(
              x, y, radius, between(0.6, 1), between(0, StrictMath.PI), 0.4, 1.1, noise());
      double soft = between(0.02, 0.06);
      surface.blob(
          blob,
          2 * soft,
          (i, d) -> {
            double inside = step(soft, -soft, d);
            double rim = bell((d + soft) / soft);
            surface.albedo[i] *= (float) (1 - tone * (0.75 * inside + 0.45 * rim));
            surface.gloss[i] *= (float) (1 - 0.75 * inside);
            surface.rust[i] = (float) Math.max(surface.rust[i], brown * inside);
          });
      double angle = between(0, 2 * StrictMath.PI);
      x += 0.35 * StrictMath.cos(angle);
      y += 0.35 * StrictMath.sin(angle);
    }
  }

  /// What every part has and no inspector minds: specks of dust and faint hairlines.
  void wear(double dirt) {
    int specks = (int) (dirt * random.nextInt(6));
    for (int n = 0; n < specks; n++) {
      double tone = 1 + between(-0.35, 0.3);
      CastingSurface.Blob speck =
          new CastingSurface.Blob(
              between(0, 1), between(0, 1), between(0.006, 0.014), 0.8, 0, 0.3, 1, noise());
      surface.blob(
          speck,
          0.006,
          (i, d) -> surface.albedo[i] *= (float) (1 + (tone - 1) * step(0.006, -0.004, d)));
    }
    int hairlines = (int) (dirt * random.nextInt(4));
    for (int n = 0; n < hairlines; n++) {
      float[] field = surface.farAway();
      groove(
          field,
          between(0, 1),
          between(0, 1),
          between(0, StrictMath.PI),
          between(0.15, 0.5),
          0,
          0.004);
      double tone = between(-0.14, 0.16);
      surface.visit(
          field, 0.01, (i, d) -> surface.albedo[i] *= (float) (1 + tone * step(0.006, -0.003, d)));
    }
  }

  private Noise noise() {
    return new Noise(random.nextInt());
  }

  private double between(double least, double most) {
    return least + (most - least) * random.nextDouble();
  }

  private static double bell(double x) {
    return x * x > 12 ? 0 : StrictMath.exp(-x * x);
  }

  /// From 0 at `from` to 1 at `to`, smoothly; `from` may be the larger.
  private static double step(double from, double to, double x) {
    double t = Math.clamp((x - from) / (to - from), 0, 1);
    return t * t * (3 - 2 * t);
  }
}
