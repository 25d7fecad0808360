package dev.kumiai.engine.generator;

/// How much of the image and how much noise there is at time t, from 0 (the image) to 1 (noise
/// alone).
///
/// `z = alpha x + sigma noise` with `alpha = cos(pi t / 2)`, `sigma = sin(pi t / 2)`: the cosine
/// schedule of Nichol and Dhariwal 2021 (arXiv 2102.09672) in continuous time and without its
/// offset, as in Salimans and Ho 2022 (arXiv 2202.00512). At t = 1 nothing of the image is left, so
/// that training and sampling start from the same noise (Lin et al. 2024, arXiv 2305.08891).
final class CosineSchedule {

  private CosineSchedule() {}

  static double alpha(double t) {
    return t >= 1 ? 0 : Math.cos(Math.PI / 2 * t);
  }

  static double sigma(double t) {
    return t >= 1 ? 1 : Math.sin(Math.PI / 2 * t);
  }
}
