package dev.kumiai.engine.data;

import com.google.gson.JsonObject;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One data set, cut into the folders of many sites, an evaluator and a public share, so that a
/// federation can be tried on one machine:
///
/// ```
/// <out>/sites/site-1/private/<dataset>/<class>/<n>.png         what a site has
/// <out>/sites/evaluator/private/<dataset>-test/<class>/...     what the model is measured on
/// <out>/public/<class>/...                                     what a generator may be trained on
/// <out>/experiment.json                                        what was made from what
/// ```
///
/// No picture is in two of these places: a picture is its pixels, whatever file it came from. Where
/// experiments are compared ([ExperimentAdditions]) the sites have the same pictures a second time,
/// spread evenly, in `private/<dataset>-iid`, and see the public share as `public/<name>`.
///
/// @param dataset name of the set at every site
/// @param classes of the set, in the order of labels
/// @param publicShare what may be trained on by everybody
/// @param sites in the order of their numbers
/// @param test of the evaluator
/// @param iid what each site has when all is spread evenly; none where nobody asked for it
/// @param duplicates images left out because they are somewhere else already
/// @param unreadable files that were no images
/// @param content digest over every image and where it is
public record PartitionedExperiment(
    String dataset,
    List<String> classes,
    ImageForm form,
    Share publicShare,
    List<Share> sites,
    Share test,
    List<Share> iid,
    int duplicates,
    List<SkippedFile> unreadable,
    Digest content) {

  /// The file that says what was made from what.
  public static final String FILE = "experiment.json";

  private static final String EVALUATOR = "evaluator";
  private static final String IID_SUFFIX = "-iid";

  public PartitionedExperiment {
    classes = List.copyOf(classes);
    sites = List.copyOf(sites);
    iid = List.copyOf(iid);
    unreadable = List.copyOf(unreadable);
  }

  /// The images in one place.
  ///
  /// @param name of the site, or `public`
  /// @param folder of the class folders, below the experiment's, with `/`
  /// @param counts images of each class
  public record Share(String name, String folder, SortedMap<String, Integer> counts) {
    /// Images of all classes.
    public int total() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /// Makes the folders, or finds that they are there already: the same request makes nothing twice.
  ///
  /// @param out appears whole or not at all
  /// @throws KumiaiException.Conflict `experiment-differs` when `out` holds another experiment
  /// @throws KumiaiException.Invalid for a request that cannot be met, see [ExperimentRequest]
  public static PartitionedExperiment materialise(
      ExperimentRequest request, Path out, Progress progress) {
    try {
      PartitionedExperiment existing = existing(request, out);
      if (existing != null) {
        progress.report(1, "is there already");
        return existing;
      }
      progress.report(0, "reading " + request.data());
      ExperimentSource source = ExperimentSource.load(request);
      progress.report(0.3, "cutting " + source.images().size() + " images");
      ExperimentImages images = ExperimentImages.cut(request, source);
      return write(request, source, images, out, progress);
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "experiment-not-written", "cannot write to " + out + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable PartitionedExperiment existing(ExperimentRequest request, Path out)
      throws IOException {
    Path file = out.resolve(FILE);
    if (!Files.exists(file)) {
      boolean free =
          Files.notExists(out)
              || (Files.isDirectory(out) && ImageFolderReader.visible(out).isEmpty());
      if (!free) {
        throw new KumiaiException.Conflict(
            "experiment-folder-occupied",
            out + " holds something else: name a folder that is empty or not there yet");
      }
      return null;
    }
    JsonObject json = ExperimentJson.parse(Files.readString(file), file);
    JsonObject wanted = ExperimentJson.arguments(request);
    if (!wanted.equals(json.get("arguments"))) {
      throw new KumiaiException.Conflict(
          "experiment-differs",
          "%s holds an experiment made from %s, not from %s: name another folder or delete it"
              .formatted(out, json.get("arguments"), wanted));
    }
    PartitionedExperiment experiment = ExperimentJson.read(json, file);
    for (Share share : experiment.shares()) {
      requireWhole(out, share);
    }
    return experiment;
  }

  private static void requireWhole(Path out, Share share) throws IOException {
    int files = 0;
    for (String name : share.counts().keySet()) {
      Path folder = out.resolve(share.folder()).resolve(name);
      files += Files.isDirectory(folder) ? ImageFolderReader.visible(folder).size() : 0;
    }
    if (files != share.total()) {
      throw new KumiaiException.Conflict(
          "experiment-damaged",
          "%s should have %d images and has %d: delete %s and make it again"
              .formatted(out.resolve(share.folder()), share.total(), files, out));
    }
  }

  private static PartitionedExperiment write(
      ExperimentRequest request,
      ExperimentSource source,
      ExperimentImages images,
      Path out,
      Progress progress)
      throws IOException {
    Path parent = Files.createDirectories(out.toAbsolutePath().normalize().getParent());
    Path temporary = Files.createDirectory(parent.resolve(".partition-" + UUID.randomUUID()));
    try {
      MessageDigest content = Digest.sha256();
      Places places = new Places(source.name(), request.additions());
      List<Share> shares = writeShares(places, images, temporary, content, progress);
      places.linkPublic(temporary, request.sites());
      int sites = images.sites().size();
      PartitionedExperiment experiment =
          new PartitionedExperiment(
              source.name(),
              source.images().classes(),
              request.form(),
              shares.getFirst(),
              shares.subList(2, 2 + sites),
              shares.get(1),
              shares.subList(2 + sites, shares.size()),
              images.duplicates(),
              source.skipped(),
              Digest.of(content));
      Files.writeString(temporary.resolve(FILE), ExperimentJson.write(experiment, request));
      // Replaces `out` if it is there and empty.
      Files.move(temporary, out, StandardCopyOption.ATOMIC_MOVE);
      progress.report(1, "done");
      return experiment;
    } finally {
      delete(temporary);
    }
  }

  /// Writes the public share, the test set, the sites and what they have when all is spread evenly,
  /// in this order.
  private static List<Share> writeShares(
      Places places,
      ExperimentImages images,
      Path folder,
      MessageDigest content,
      Progress progress) {
    List<LabelledImages> sets = new ArrayList<>(images.sites());
    sets.addFirst(images.test());
    sets.addFirst(images.publicShare());
    sets.addAll(images.iid());
    List<Share> shares = new ArrayList<>();
    for (LabelledImages set : sets) {
      Share share = places.share(shares.size(), images.sites().size(), set);
      progress.report(
          0.4 + 0.6 * shares.size() / sets.size(),
          "writing " + set.size() + " images of " + share.name());
      ImageFolderWriter.write(set, folder.resolve(share.folder()));
      digest(content, share, set);
      shares.add(share);
    }
    return shares;
  }

  /// Where things are put.
  private record Places(String dataset, ExperimentAdditions additions) {

    Share share(int index, int sites, LabelledImages images) {
      return switch (index) {
        case 0 -> new Share("public", "public", images.countByName());
        case 1 -> at(additions.prefix() + EVALUATOR, dataset + "-test", images);
        default -> {
          int site = index - 2;
          yield at(site(site % sites), site < sites ? dataset : dataset + IID_SUFFIX, images);
        }
      };
    }

    private String site(int index) {
      return additions.prefix() + "site-" + (index + 1);
    }

    private static Share at(String site, String set, LabelledImages images) {
      return new Share(site, "sites/" + site + "/private/" + set, images.countByName());
    }

    /// Linked, not copied: all sites see one public share.
    void linkPublic(Path folder, int sites) throws IOException {
      String name = additions.publicAtSites();
      for (int i = 0; name != null && i < sites; i++) {
        Path link = folder.resolve("sites").resolve(site(i)).resolve("public").resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("..", "..", "..", "public"));
      }
    }
  }

  private static void digest(MessageDigest content, Share share, LabelledImages images) {
    content.update((share.folder() + "\n").getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < images.size(); i++) {
      String line = images.classes().get(images.label(i)) + " " + images.contentDigest(i) + "\n";
      content.update(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// Every share: public, test, sites and what they have when all is spread evenly.
  List<Share> shares() {
    return Stream.of(List.of(publicShare, test), sites, iid).flatMap(List::stream).toList();
  }
}
