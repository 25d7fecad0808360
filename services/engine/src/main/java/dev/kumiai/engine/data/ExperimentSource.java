package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.partition.Partitioner;
import dev.kumiai.engine.data.Castings.Plant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Where the images of an experiment come from.
final class ExperimentSource {

  private static final double MAX_UNREADABLE_SHARE = 0.05;
  private static final int CASTINGS_PER_SITE = 300;
  private static final int CASTINGS_TEST_PER_CLASS = 60;

  /// More than any site has of one class.
  private static final int SECOND_SHIFT = 1_000_000;

  private final String name;
  private final LabelledImages images;
  private final List<String> domains;
  private final int[] domain;
  private final @Nullable LabelledImages test;
  private final @Nullable LabelledImages publicShare;
  private final List<SkippedFile> skipped;

  /// Takes images in parts, of which each is a domain if there are `domains`.
  private ExperimentSource(
      String name,
      List<LabelledImages> parts,
      List<String> domains,
      @Nullable LabelledImages test,
      @Nullable LabelledImages publicShare,
      List<SkippedFile> skipped) {
    this.name = name;
    this.images = parts.stream().reduce(LabelledImages::plus).orElseThrow();
    this.domains = domains;
    this.domain =
        IntStream.range(0, parts.size())
            .flatMap(part -> IntStream.generate(() -> part).limit(parts.get(part).size()))
            .toArray();
    this.test = test;
    this.publicShare = publicShare;
    this.skipped = skipped;
  }

  static ExperimentSource load(ExperimentRequest request) {
    if (request.isCastings()) {
      return castings(request);
    }
    Path directory = Path.of(request.data());
    ImageSets.requireDirectory(directory);
    try {
      return directory(request, directory);
    } catch (IOException e) {
      throw ImageSets.unreadable(directory, e);
    }
  }

  /// Name of the data set.
  String name() {
    return name;
  }

  /// What is cut.
  LabelledImages images() {
    return images;
  }

  /// Names of the domains; empty where the images have none.
  List<String> domains() {
    return domains;
  }

  /// Index into [#domains] of image `index`.
  int domain(int index) {
    return domain[index];
  }

  /// What is measured on; absent where a share of the images has to be held out.
  @Nullable LabelledImages test() {
    return test;
  }

  /// What generators are trained on; absent where a share of the images has to be set aside.
  @Nullable LabelledImages publicShare() {
    return publicShare;
  }

  /// Files that could not be read.
  List<SkippedFile> skipped() {
    return skipped;
  }

  private static ExperimentSource castings(ExperimentRequest request) {
    long seed = request.seed();
    ImageForm form = request.form();
    int classes = Castings.CLASSES.size();
    List<Plant> all = List.of(Plant.values());
    List<Plant> used = all.subList(0, Math.min(all.size(), request.sites()));
    Integer limit = request.limit();
    int total = limit == null ? CASTINGS_PER_SITE * request.sites() : limit;
    List<LabelledImages> parts = new ArrayList<>();
    List<String> domains = new ArrayList<>();
    if (request.partitioner() instanceof Partitioner.Domain) {
      for (int site = 0; site < request.sites(); site++) {
        Plant plant = all.get(site % all.size());
        // Several sites of one plant are its shifts, with pictures of their own.
        int shift = site / all.size();
        int count = (total + request.sites() - 1 - site) / request.sites();
        int[] mix = shares(plant.mix(), count);
        parts.add(Castings.render(seed, plant, shift * SECOND_SHIFT, mix, form));
        domains.add(plant + "-" + (shift + 1));
      }
    } else {
      parts.add(Castings.renderMixed(seed, "pool", used, Math.ceilDiv(total, classes), form));
    }
    int perClass = Math.ceilDiv(request.publicImages(), classes);
    return new ExperimentSource(
        ExperimentRequest.CASTINGS,
        parts,
        domains,
        Castings.renderMixed(request.splitSeed(), "test", used, CASTINGS_TEST_PER_CLASS, form),
        Castings.renderMixed(request.splitSeed(), "public", all, perClass, form),
        List.of());
  }

  /// Divides `total` by percentages, the remainders going to the largest fractions.
  private static int[] shares(int[] percent, int total) {
    int[] shares = Arrays.stream(percent).map(p -> p * total / 100).toArray();
    int left = total - Arrays.stream(shares).sum();
    IntStream.range(0, percent.length)
        .boxed()
        .sorted((a, b) -> Integer.compare(percent[b] * total % 100, percent[a] * total % 100))
        .limit(left)
        .forEach(c -> shares[c]++);
    return shares;
  }

  private static ExperimentSource directory(ExperimentRequest request, Path directory)
      throws IOException {
    List<Path> domainFolders = domainFolders(directory);
    List<Path> folders = domainFolders.isEmpty() ? List.of(directory) : domainFolders;
    Set<String> names = new TreeSet<>();
    folders.forEach(folder -> names.addAll(ImageSets.classesOf(folder)));
    // Numbers of an IDX set keep their order, 2 before 10.
    List<String> classes =
        domainFolders.isEmpty() ? ImageSets.classesOf(directory) : List.copyOf(names);

    List<LabelledImages> parts = new ArrayList<>();
    List<SkippedFile> skipped = new ArrayList<>();
    for (Path folder : folders) {
      LoadedImages loaded = ImageSets.load(folder, classes, request.form());
      parts.add(loaded.requireReadable(MAX_UNREADABLE_SHARE));
      skipped.addAll(loaded.skipped());
    }
    if (parts.stream().allMatch(LabelledImages::isEmpty)) {
      throw new KumiaiException.Invalid(
          "dataset-empty", directory + " has no images: there is nothing to cut");
    }
    return new ExperimentSource(
        nameOf(directory),
        parts,
        domainFolders.stream().map(folder -> folder.getFileName().toString()).toList(),
        test(request, directory, classes),
        null,
        skipped);
  }

  private static @Nullable LabelledImages test(
      ExperimentRequest request, Path directory, List<String> classes) throws IOException {
    if (request.test() != null) {
      return ImageSets.load(request.test(), classes, request.form())
          .requireReadable(MAX_UNREADABLE_SHARE);
    }
    boolean bothParts =
        IdxReader.holds(directory, IdxReader.Part.TRAIN)
            && IdxReader.holds(directory, IdxReader.Part.TEST);
    return bothParts
        ? IdxReader.read(directory, IdxReader.Part.TEST, classes, request.form())
        : null;
  }

  /// The folders of `directory`, if all of them hold folders in turn.
  private static List<Path> domainFolders(Path directory) throws IOException {
    List<Path> folders =
        ImageFolderReader.visible(directory).stream().filter(Files::isDirectory).toList();
    for (Path folder : folders) {
      List<Path> inside = ImageFolderReader.visible(folder);
      if (inside.isEmpty() || !Files.isDirectory(inside.getFirst())) {
        return List.of();
      }
    }
    return folders;
  }

  /// The folder's name, or that above it for one that only says which part of a set it is.
  private static String nameOf(Path directory) {
    Path named = directory;
    Path above = directory.getParent();
    if (above != null
        && above.getFileName() != null
        && directory.getFileName().toString().matches("(?i)train(ing)?|data|images|private")) {
      named = above;
    }
    String name = named.getFileName() == null ? "data" : named.getFileName().toString();
    return name.replaceAll("[^A-Za-z0-9_-]", "-");
  }
}
