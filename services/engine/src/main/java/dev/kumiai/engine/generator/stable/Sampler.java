package dev.kumiai.engine.generator.stable;

/// Takes one batch of latents from noise to a picture, step by step: plain arithmetic on arrays,
/// which remembers what it needs of earlier steps and is used for one batch alone.
sealed interface Sampler permits DdimSampler, DpmSolverSampler {

  /// The samplers there are, by their names in a manifest.
  enum Kind {
    DDIM("ddim"),
    DPM_SOLVER("dpm-solver++");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }

    /// Begins a sampling of `steps` steps from pure noise.
    Sampler begin(BundleManifest manifest, NoiseSchedule schedule, int steps) {
      return switch (this) {
        case DDIM -> new DdimSampler(schedule, manifest.prediction(), manifest.ddim(), steps);
        case DPM_SOLVER -> new DpmSolverSampler(schedule, manifest.prediction(), steps);
      };
    }
  }

  /// Steps from pure noise to the picture.
  int steps();

  /// The model's timestep at which step `step` begins; the first is 0 and the noisiest.
  int timestep(int step);

  /// Moves latents from where `step` begins to where the next one does. Steps are made in order,
  /// from any of them on.
  ///
  /// @param z the latents; become the next
  /// @param predicted what the network predicted of them
  void move(int step, float[] z, float[] predicted);
}
