package dev.kumiai.core.strategy;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.SafetensorsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The values of a round, to be changed and stored by property tests.
public final class RoundOfUpdates {

  public final float[] global;
  public final float[][] values;
  public final long[] examples;
  private final long[] steps;
  private final double[] losses;

  private RoundOfUpdates(float[] global, int sites) {
    this.global = global;
    this.values = new float[sites][];
    this.examples = new long[sites];
    this.steps = new long[sites];
    this.losses = new double[sites];
  }

  /// Random updates around a random global model. Some elements are equal, some are -0 or 0.
  public static RoundOfUpdates random(int sites, int elements, long seed) {
    Random random = new Random(seed);
    RoundOfUpdates round = new RoundOfUpdates(floats(random, elements), sites);
    for (int site = 0; site < sites; site++) {
      round.values[site] = floats(random, elements);
      round.examples[site] = random.nextLong(1, 1_001);
      round.steps[site] = random.nextLong(1, 51);
      round.losses[site] = random.nextDouble();
    }
    return round;
  }

  private static float[] floats(Random random, int elements) {
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] =
          switch (random.nextInt(10)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> 0.5f;
            default -> 2 * random.nextFloat() - 1;
          };
    }
    return values;
  }

  /// The same with equal numbers of examples and steps and equal losses at all sites.
  public RoundOfUpdates withEqualSites() {
    Arrays.fill(examples, 7);
    Arrays.fill(steps, 5);
    Arrays.fill(losses, 0.5);
    return this;
  }

  /// The same without the first so many sites.
  public RoundOfUpdates without(int first) {
    RoundOfUpdates rest = new RoundOfUpdates(global, sites() - first);
    for (int site = first; site < sites(); site++) {
      rest.values[site - first] = values[site];
    }
    return rest.withEqualSites();
  }

  public int sites() {
    return values.length;
  }

  /// Stored, in a random order of arrival.
  public Updates store(Models models, Random arrival) throws IOException {
    SafetensorsFile model = models.storeQuickly(global, new long[] {3});
    List<Update> updates = new ArrayList<>();
    for (int site = 0; site < values.length; site++) {
      updates.add(
          new Update(
                  new SiteId("site-%02d".formatted(site)),
                  examples[site],
                  models.storeQuickly(values[site], new long[] {site}))
              .withSteps(steps[site])
              .withInitialLoss(losses[site]));
    }
    Collections.shuffle(updates, arrival);
    return Updates.of(model, updates);
  }

  /// The next model by a strategy that starts anew.
  public float[] next(Strategy strategy, Models models) throws IOException {
    Updates updates = store(models, new Random(1));
    return models.round(strategy, 2, updates, Map.of()).model().weights().get("w").toFloats();
  }
}
