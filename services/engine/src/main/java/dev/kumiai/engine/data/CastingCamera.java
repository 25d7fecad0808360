package dev.kumiai.engine.data;

import java.util.random.RandomGenerator;

/// Lights a surface and takes its picture.
///
/// Diffuse light by Lambert's law and mirrored light by Blinn's from one lamp, plus ambient light;
/// then the lens (blur, vignette), the sensor (tint, contrast, noise) and bytes.
///
/// @param azimuth from where the light comes, in radians; 0 is from the right, a quarter turn is
///   from below
/// @param elevation of the lamp over the surface, in radians; a low lamp brings out relief
/// @param ambient share of the light that comes from everywhere
/// @param mirror strength of mirrored light
/// @param sharpness of the mirrored light: the exponent is 2 to the power of it
/// @param falloff how much darker the side away from the lamp is
/// @param vignette how much darker the corners are
/// @param brightness of a flat surface in the picture, from 0 to 1
/// @param contrast factor on what differs from that
/// @param blur standard deviation, in sides of the picture
/// @param noise standard deviation at full brightness, from 0 to 1
/// @param red colour of the light
/// @param blue colour of the light
record CastingCamera(
    double azimuth,
    double elevation,
    double ambient,
    double mirror,
    int sharpness,
    double falloff,
    double vignette,
    double brightness,
    double contrast,
    double blur,
    double noise,
    double red,
    double blue) {

  /// How much less green and blue rust throws back.
  private static final double RUST_GREEN = 0.35;

  private static final double RUST_BLUE = 0.6;

  /// The same camera on another day: nobody puts a part down, or sets a lamp, twice in the same
  /// way.
  CastingCamera adjusted(RandomGenerator random) {
    return new CastingCamera(
        azimuth + 0.2 * random.nextGaussian(),
        elevation + 0.06 * random.nextGaussian(),
        ambient,
        mirror,
        sharpness,
        falloff,
        vignette,
        brightness * (1 + 0.07 * random.nextGaussian()),
        contrast * (1 + 0.06 * random.nextGaussian()),
        blur * (0.8 + 0.4 * random.nextDouble()),
        noise,
        red,
        blue);
  }

  /// Takes one picture.
  ///
  /// @return planar pixels
  byte[] shoot(CastingSurface surface, ImageForm form, RandomGenerator random) {
    float[] light = blurred(lit(surface), surface.side);
    float[] luminance = shrunk(light, surface.side, form.size());
    float[] rust = shrunk(surface.rust, surface.side, form.size());
    int pixels = form.size() * form.size();
    byte[] image = new byte[form.values()];
    for (int i = 0; i < pixels; i++) {
      double value = brightness + contrast * (luminance[i] - 1) * brightness;
      double r = value * red;
      double g = value * (1 - RUST_GREEN * rust[i]);
      double b = value * blue * (1 - RUST_BLUE * rust[i]);
      if (form.channels() == 1) {
        image[i] = sensed(0.299 * r + 0.587 * g + 0.114 * b, random);
      } else {
        image[i] = sensed(r, random);
        image[pixels + i] = sensed(g, random);
        image[2 * pixels + i] = sensed(b, random);
      }
    }
    return image;
  }

  private byte sensed(double value, RandomGenerator random) {
    // Shot noise grows with the root of the light.
    double deviation = noise * Math.sqrt(0.25 + 0.75 * Math.clamp(value, 0, 1));
    double level = value + deviation * random.nextGaussian();
    return (byte) Math.clamp(Math.round(255 * level), 0, 255);
  }

  /// Light from each point towards the lens; 1 is that of a flat clean surface in the middle.
  private float[] lit(CastingSurface surface) {
    int side = surface.side;
    double lx = StrictMath.cos(azimuth) * StrictMath.cos(elevation);
    double ly = StrictMath.sin(azimuth) * StrictMath.cos(elevation);
    double lz = StrictMath.sin(elevation);
    double halfLength = Math.sqrt(lx * lx + ly * ly + (lz + 1) * (lz + 1));
    double flat = ambient + (1 - ambient) * lz + mirror * power((lz + 1) / halfLength);
    float[] light = new float[side * side];
    for (int row = 0, i = 0; row < side; row++) {
      double y = (row + 0.5) / side - 0.5;
      int up = row == 0 ? 0 : -side;
      int down = row == side - 1 ? 0 : side;
      for (int column = 0; column < side; column++, i++) {
        double x = (column + 0.5) / side - 0.5;
        int left = column == 0 ? 0 : -1;
        int right = column == side - 1 ? 0 : 1;
        double dx = side * (surface.height[i + right] - surface.height[i + left]) / (right - left);
        double dy =
            side
                * (surface.height[i + down] - surface.height[i + up])
                / (up == 0 || down == 0 ? 1 : 2);
        double length = Math.sqrt(dx * dx + dy * dy + 1);
        double diffuse = Math.max(0, (lz - lx * dx - ly * dy) / length);
        double mirrored = Math.max(0, (lz + 1 - lx * dx - ly * dy) / (length * halfLength));
        double value =
            surface.albedo[i] * (ambient + (1 - ambient) * diffuse)
                + surface.gloss[i] * mirror * power(mirrored);
        double lamp = 1 + falloff * (x * StrictMath.cos(azimuth) + y * StrictMath.sin(azimuth));
        light[i] = (float) (value / flat * lamp * (1 - vignette * 2 * (x * x + y * y)));
      }
    }
    return light;
  }

  private double power(double cosine) {
    double value = cosine;
    for (int i = 0; i < sharpness; i++) {
      value *= value;
    }
    return value;
  }

  private float[] blurred(float[] image, int side) {
    double deviation = blur * side;
    int reach = (int) Math.ceil(2.5 * deviation);
    float[] weights = new float[2 * reach + 1];
    float total = 0;
    for (int i = -reach; i <= reach; i++) {
      weights[i + reach] = (float) StrictMath.exp(-i * i / (2 * deviation * deviation + 1e-9));
      total += weights[i + reach];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    // Twice the same pass: each turns the picture over its diagonal.
    return alongRows(alongRows(image, side, weights), side, weights);
  }

  private static float[] alongRows(float[] image, int side, float[] weights) {
    int reach = weights.length / 2;
    float[] turned = new float[image.length];
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        float sum = 0;
        for (int k = -reach; k <= reach; k++) {
          sum += weights[k + reach] * image[row * side + Math.clamp(column + k, 0, side - 1)];
        }
        turned[column * side + row] = sum;
      }
    }
    return turned;
  }

  /// Averages areas.
  private static float[] shrunk(float[] image, int side, int size) {
    return shrunkAlongRows(shrunkAlongRows(image, side, size), side, size);
  }

  /// Brings rows of `side` values to `size` and turns the picture over its diagonal.
  private static float[] shrunkAlongRows(float[] image, int side, int size) {
    int height = image.length / side;
    float[] turned = new float[size * height];
    for (int column = 0; column < size; column++) {
      double from = (double) column * side / size;
      double to = (double) (column + 1) * side / size;
      for (int row = 0; row < height; row++) {
        double sum = 0;
        for (int k = (int) from; k < side && k < to; k++) {
          sum += image[row * side + k] * (Math.min(to, k + 1) - Math.max(from, k));
        }
        turned[column * height + row] = (float) (sum / (to - from));
      }
    }
    return turned;
  }
}
