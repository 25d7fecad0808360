package dev.kumiai.protocol.pilot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.pilot.PilotRules;
import dev.kumiai.protocol.FolderName;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A small experiment that says whether generation pays: the same run again and again, in arms that
/// differ in what the sites train on, with several seeds. Runs of one repetition share seed, sites,
/// partition and schedule, whatever their arm.
///
/// @param name for people; need not be unique
/// @param run what every run is like. Its seed, its sites and its data set are those of each
///   repetition; its generation is that of the arm [Arm#GENERATION], and says how much the other
///   arms add
/// @param arms what is compared
/// @param repetitions seeds and sites, each once in every arm
/// @param sweep other amounts and guidances that [Arm#GENERATION] is tried with; the other arms
///   then go by the best. Null tries that of the run alone
/// @param publicImages folder under `public/` of every site with the images that the generator was
///   trained on, for [Arm#PUBLIC] and [Arm#PUBLIC_ONLY]
/// @param minimumGain accuracy, 0 to 1, that generation has to add to be worth its trouble
/// @param fixedRounds the run's rounds are all that can be afforded: a baseline that still rises at
///   the last of them is told, and does not leave the verdict open
public record PilotSpec(
    @NotBlank @Size(max = 80) @Pattern(regexp = "\\P{Cntrl}*") String name,
    @NotNull RunSpec run,
    @NotEmpty @Size(max = 8) List<@NotNull Arm> arms,
    @NotEmpty @Size(max = 100) List<@NotNull @Valid Repetition> repetitions,
    @Valid @Nullable Sweep sweep,
    @FolderName String publicImages,
    @DecimalMin("0.0") @DecimalMax("0.5") double minimumGain,
    boolean fixedRounds) {

  /// The folder with public images, where nobody names another.
  public static final String DEFAULT_PUBLIC_IMAGES = "images";

  public PilotSpec {
    arms = listed(arms);
    repetitions = listed(repetitions);
  }

  /// What a user forgot, or put nulls in, has to get as far as validation.
  static <T> List<T> listed(@Nullable List<T> list) {
    return list == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(list));
  }

  @JsonCreator
  static PilotSpec of(
      @JsonProperty("name") String name,
      @JsonProperty("run") RunSpec run,
      @JsonProperty("arms") List<Arm> arms,
      @JsonProperty("repetitions") List<Repetition> repetitions,
      @JsonProperty("sweep") @Nullable Sweep sweep,
      @JsonProperty("publicImages") @Nullable String publicImages,
      @JsonProperty("minimumGain") @Nullable Double minimumGain,
      @JsonProperty("fixedRounds") @Nullable Boolean fixedRounds) {
    return new PilotSpec(
        name,
        run,
        arms,
        repetitions,
        sweep,
        publicImages == null ? DEFAULT_PUBLIC_IMAGES : publicImages,
        minimumGain == null ? PilotRules.DEFAULT.minimumGain() : minimumGain,
        fixedRounds == null ? PilotRules.DEFAULT.fixedRounds() : fixedRounds);
  }

  /// How many of the repetitions, the first ones, choose between amounts.
  public int choosing() {
    return sweep == null ? repetitions.size() : sweep.choosing(repetitions.size());
  }

  /// What its verdict goes by.
  public PilotRules rules() {
    PilotRules usual = PilotRules.DEFAULT;
    return new PilotRules(
        minimumGain, usual.confidence(), usual.power(), usual.leastPairs(), fixedRounds);
  }
}
