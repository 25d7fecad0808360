package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The updates of one round and the global model they change, all with the same tensors. They are
/// in the order of their sites' names, whatever the order in which they arrived; those of one site,
/// which a buffer of asynchronous updates may hold, with the stalest first.
public final class Updates {

  /// What the name of a tensor is preceded by to name the change of its control variate: a float32
  /// tensor of the same shape, for every floating-point tensor of the model.
  public static final String CONTROL_PREFIX = "control/";

  private static final Comparator<Update> CANONICAL =
      Comparator.comparing(Update::site)
          .thenComparing(Update::staleness, Comparator.reverseOrder());

  private final SafetensorsFile global;
  private final List<Update> updates;
  private final long examples;
  private final int sites;
  private final boolean controls;

  private Updates(
      SafetensorsFile global, List<Update> updates, long examples, int sites, boolean controls) {
    this.global = global;
    this.updates = updates;
    this.examples = examples;
    this.sites = sites;
    this.controls = controls;
  }

  /// The updates of a run whose sites all sent one.
  ///
  /// @throws KumiaiException.Invalid as of [#of(SafetensorsFile, List, int)]
  public static Updates of(SafetensorsFile global, List<Update> updates) {
    return of(global, updates, (int) updates.stream().map(Update::site).distinct().count());
  }

  /// Puts updates in order and checks that they belong together.
  ///
  /// @param sites of the run, those that sent nothing included
  /// @throws KumiaiException.Invalid `updates-none`, `update-site-duplicate`,
  ///   `update-examples-overflow`, `updates-over-sites`, `update-control-missing`, or a code of
  ///   [TensorSpec#requireSame] when an update has not the tensors of the global model
  public static Updates of(SafetensorsFile global, List<Update> updates, int sites) {
    List<Update> ordered = updates.stream().sorted(CANONICAL).toList();
    if (ordered.isEmpty()) {
      throw new KumiaiException.Invalid("updates-none", "there is no update to aggregate");
    }
    long examples = 0;
    boolean controls = ordered.stream().anyMatch(Updates::hasControl);
    for (int i = 0; i < ordered.size(); i++) {
      Update update = ordered.get(i);
      if (i > 0 && CANONICAL.compare(update, ordered.get(i - 1)) == 0) {
        throw new KumiaiException.Invalid(
            "update-site-duplicate", "site " + update.site() + " has two updates in one round");
      }
      requireTensors(global, update, controls);
      examples = addExamples(examples, update);
    }
    if (ordered.stream().map(Update::site).distinct().count() > sites) {
      throw new KumiaiException.Invalid(
          "updates-over-sites", "updates came from more than the " + sites + " sites of the run");
    }
    return new Updates(global, ordered, examples, sites, controls);
  }

  private static boolean hasControl(Update update) {
    return update.weights().specs().stream()
        .anyMatch(spec -> spec.name().startsWith(CONTROL_PREFIX));
  }

  private static void requireTensors(SafetensorsFile global, Update update, boolean controls) {
    List<TensorSpec> wanted = new ArrayList<>(global.specs());
    if (controls) {
      if (!hasControl(update)) {
        throw new KumiaiException.Invalid(
            "update-control-missing",
            "the update of site %s has no control variates, others have: send them"
                .formatted(update.site()));
      }
      wanted.addAll(controlSpecs(global.specs()));
    }
    TensorSpec.requireSame(wanted, update.weights().specs());
    if (update.base() != null) {
      TensorSpec.requireSame(global.specs(), update.base().model().specs());
    }
  }

  /// The tensors that a site adds to its update for the change of its control variate.
  public static List<TensorSpec> controlSpecs(List<TensorSpec> model) {
    return model.stream()
        .filter(spec -> spec.dtype().isFloating())
        .map(spec -> new TensorSpec(controlName(spec.name()), DType.F32, spec.shape()))
        .toList();
  }

  static String controlName(String tensor) {
    return CONTROL_PREFIX + tensor;
  }

  private static long addExamples(long examples, Update update) {
    try {
      return Math.addExact(examples, update.examples());
    } catch (ArithmeticException e) {
      throw new KumiaiException.Invalid(
          "update-examples-overflow",
          "with the %d examples of site %s there are more than 2^63-1"
              .formatted(update.examples(), update.site()),
          e);
    }
  }

  public SafetensorsFile global() {
    return global;
  }

  /// In the order of their sites' names.
  public List<Update> list() {
    return updates;
  }

  public int size() {
    return updates.size();
  }

  /// The examples of all updates together.
  public long examples() {
    return examples;
  }

  /// How many sites the run has, those that sent nothing included.
  public int sites() {
    return sites;
  }

  /// Whether the updates bring the changes of their sites' control variates.
  public boolean haveControls() {
    return controls;
  }

  /// The share of each update in all examples.
  public double[] shares() {
    return updates.stream().mapToDouble(u -> (double) u.examples() / examples).toArray();
  }

  /// The same share for each update.
  public double[] equalShares() {
    double[] shares = new double[updates.size()];
    Arrays.fill(shares, 1.0 / shares.length);
    return shares;
  }

  /// The tensors of the model, in the order of the global model's file.
  public List<TensorSpec> specs() {
    return global.specs();
  }

  /// The tensors of each of a strategy's states: a float32 one for every floating-point one of the
  /// model.
  public List<TensorSpec> stateSpecs() {
    return specs().stream()
        .filter(spec -> spec.dtype().isFloating())
        .map(spec -> new TensorSpec(spec.name(), DType.F32, spec.shape()))
        .toList();
  }
}
