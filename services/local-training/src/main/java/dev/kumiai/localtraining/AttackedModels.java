package dev.kumiai.localtraining;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.ShadowLosses;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import dev.kumiai.engine.quality.Candidates;
import dev.kumiai.engine.quality.MembershipAttack;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.AttackReport.Attacked;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Models of one network that were trained on the same images.
///
/// @param files by name
record AttackedModels(SequencedMap<String, Path> files, Network network) {

  AttackedModels {
    files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
  }

  /// Finds what is wrong with a file before minutes go into shadow models.
  ///
  /// @throws KumiaiException.NotFound `attacked-model-missing`
  /// @throws KumiaiException.Invalid `attacked-model-does-not-fit`, and the codes of a damaged file
  static AttackedModels check(Map<String, Path> files, Network network) {
    AttackedModels models = new AttackedModels(new LinkedHashMap<>(files), network);
    models.files.values().forEach(models::check);
    return models;
  }

  private void check(Path file) {
    use(
        file,
        opened -> {
          try {
            TensorSpec.requireSame(network.specs(), opened.specs());
          } catch (KumiaiException.Invalid e) {
            throw new KumiaiException.Invalid(
                "attacked-model-does-not-fit",
                "%s holds another network: %s; name architecture, classes and image form as its run has them"
                    .formatted(file, e.getMessage()),
                e);
          }
          opened.requireFinite();
          return file;
        });
  }

  private interface Use<T> {
    T of(SafetensorsFile opened) throws IOException;
  }

  private static <T> T use(Path file, Use<T> use) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return use.of(opened);
    } catch (NoSuchFileException _) {
      throw new KumiaiException.NotFound(
          "attacked-model-missing", "there is no file %s: name one with --model".formatted(file));
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "attacked-model-unreadable", "cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Attacks all models.
  ///
  /// @param plan how shadow models are trained; null trains none
  AttackReport attack(
      Candidates candidates,
      EngineDevice device,
      int shadowModels,
      @Nullable TrainingPlan plan,
      long seed,
      Progress progress) {
    MembershipAttack attack = new MembershipAttack(network, device, candidates);
    ShadowLosses shadows = plan == null ? null : attack.shadows(shadowModels, plan, seed, progress);
    progress.report(1, "attacking");
    List<Attacked> results = new ArrayList<>();
    files.forEach(
        (name, file) ->
            results.add(
                use(
                    file,
                    opened -> attacked(attack, name, Digest.of(file), opened.weights(), shadows))));
    return new AttackReport(
        shadowModels,
        shadows == null ? 0 : candidates.shadowImages(),
        shadows == null ? null : attack.control(shadows),
        seed,
        results);
  }

  private static Attacked attacked(
      MembershipAttack attack,
      String name,
      Digest digest,
      ModelWeights weights,
      @Nullable ShadowLosses shadows) {
    MembershipAttack.WithShadows with =
        shadows == null ? null : attack.withShadows(weights, shadows);
    return new Attacked(
        name,
        digest,
        attack.byLoss(weights),
        with == null ? null : with.online(),
        with == null ? null : with.offline());
  }

  /// Makes the folder of a report, before minutes go into it.
  ///
  /// @throws KumiaiException.Unavailable `attack-not-written`
  static void prepare(Path out) {
    try {
      if (Files.isDirectory(out)) {
        throw new FileAlreadyExistsException(out.toString(), null, "it is a folder");
      }
      Files.createDirectories(Objects.requireNonNull(out.toAbsolutePath().getParent()));
    } catch (IOException e) {
      throw notWritten(out, e);
    }
  }

  /// Writes a report whole or not at all.
  ///
  /// @throws KumiaiException.Unavailable `attack-not-written`
  static void write(AttackReport report, Path out) {
    try {
      DurableFiles.replace(
          out, KumiaiJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    } catch (IOException e) {
      throw notWritten(out, e);
    }
  }

  private static KumiaiException notWritten(Path out, IOException e) {
    return new KumiaiException.Unavailable(
        "attack-not-written",
        "cannot write %s: %s; name another file with --out".formatted(out, e.getMessage()),
        e);
  }
}
