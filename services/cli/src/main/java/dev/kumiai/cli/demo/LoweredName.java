package dev.kumiai.cli.demo;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads constants as one writes them on a command line: `water-filling` is `WATER_FILLING`.
public abstract sealed class LoweredName<E extends Enum<E>> implements ITypeConverter<E> {

  private final List<E> constants;

  private LoweredName(List<E> constants) {
    this.constants = List.copyOf(constants);
  }

  @Override
  public E convert(String text) {
    return constants.stream()
        .filter(constant -> lowered(constant).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            text,
                            constants.stream()
                                .map(LoweredName::lowered)
                                .collect(Collectors.joining(", ")))));
  }

  /// As one writes a constant.
  public static String lowered(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// A network that the project builds; TorchScript needs a file besides.
  static final class Model extends LoweredName<ModelSpec.Architecture> {
    Model() {
      super(
          List.of(
              ModelSpec.Architecture.MLP,
              ModelSpec.Architecture.CNN,
              ModelSpec.Architecture.RESNET20));
    }
  }

  /// How a budget is shared out.
  static final class Allocation extends LoweredName<GenerationSpec.Allocation> {
    Allocation() {
      super(List.of(GenerationSpec.Allocation.values()));
    }
  }

  /// What steers a generator.
  static final class Guidance extends LoweredName<GenerationSpec.Guidance> {
    Guidance() {
      super(List.of(GenerationSpec.Guidance.values()));
    }
  }

  /// When generated samples are trained on.
  static final class Order extends LoweredName<TrainingSpec.GeneratedOrder> {
    Order() {
      super(List.of(TrainingSpec.GeneratedOrder.values()));
    }
  }

  /// What of a site's data is trained on.
  static final class TrainOn extends LoweredName<TrainingSpec.TrainsOn> {
    TrainOn() {
      super(List.of(TrainingSpec.TrainsOn.values()));
    }
  }

  /// Which examples count in a weighted mean.
  static final class Weighting extends LoweredName<StrategySpec.Weighting> {
    Weighting() {
      super(List.of(StrategySpec.Weighting.values()));
    }
  }

  /// What a pilot compares.
  public static final class PilotArm extends LoweredName<Arm> {
    public PilotArm() {
      super(List.of(Arm.values()));
    }
  }

  /// How updates become the next model.
  static final class Strategy extends LoweredName<StrategySpec.Name> {
    Strategy() {
      super(List.of(StrategySpec.Name.values()));
    }
  }
}
