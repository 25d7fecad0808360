package dev.kumiai.engine.data;

/// What a surface looks like between its defects, by how it was last worked on.
enum CastingTexture {
  /// As it left a sand mould: rough grains of many sizes.
  SAND_CAST {
    @Override
    double relief(Noise noise, double along, double across) {
      double grains = noise.fractal(26 * along, 26 * across, 3);
      return 0.0085 * grains + 0.012 * noise.at(5 * along, 5 * across);
    }
  },
  /// As it left a die: an orange peel, nearly smooth.
  DIE_CAST {
    @Override
    double relief(Noise noise, double along, double across) {
      return 0.006 * noise.at(13 * along, 13 * across) + 0.0016 * noise.at(40 * along, 40 * across);
    }
  },
  /// Brushed: fine straight lines, each with an end.
  BRUSHED {
    @Override
    double relief(Noise noise, double along, double across) {
      return 0.0042 * noise.at(2.2 * along, 46 * across)
          + 0.0048 * noise.at(1.1 * along + 9, 21 * across);
    }
  },
  /// Ground on a wheel: arcs, some deeper than others.
  GROUND {
    @Override
    double relief(Noise noise, double along, double across) {
      double radius = Math.sqrt(along * along + (across + 1.1) * (across + 1.1));
      double arcs = noise.at(44 * radius, 3 * along);
      double deep = Math.max(0, noise.at(15 * radius + 40, 2 * along) - 0.35);
      return 0.0052 * arcs - 0.012 * deep;
    }
  },
  /// Blasted with steel shot: dimple beside dimple.
  SHOT_BLASTED {
    @Override
    double relief(Noise noise, double along, double across) {
      double dimple = Math.min(0.75, noise.toNearestPoint(15 * along + 100, 15 * across + 100));
      return 0.026 * dimple * dimple + 0.002 * noise.at(45 * along, 45 * across);
    }
  },
  /// Turned on a lathe: even grooves at the tool's feed.
  TURNED {
    @Override
    double relief(Noise noise, double along, double across) {
      double radius = Math.sqrt(along * along + (across + 1.9) * (across + 1.9));
      double wobble = 0.12 * noise.at(2 * along, 2 * across);
      return 0.0017 * StrictMath.sin(2 * StrictMath.PI * (15 * radius + wobble))
          + 0.0026 * noise.at(3 * along, 34 * radius);
    }
  };

  /// Height at a place, in sides of the patch.
  ///
  /// @param along in the direction of the work, from -0.5 to 0.5 or a little beyond
  /// @param across square to it
  abstract double relief(Noise noise, double along, double across);
}
