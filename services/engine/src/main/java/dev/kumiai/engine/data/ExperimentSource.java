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

  private ExperimentSource(
      String name,
      LabelledImages images,
      List<String> domains,
      int[] domain,
      @Nullable LabelledImages test,
      @Nullable LabelledImages publicShare,
      List<SkippedFile> skipped) {
    this.name = name;
    this.images = images;
    this.domains = domains;
    this.domain = domain;
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
    Plant[] all = Plant.values();
    List<Plant> plants = List.of(Arrays.copyOf(all, Math.min(all.length, request.sites())));
    Integer limit = request.limit();
    int total = limit == null ? CASTINGS_PER_SITE * request.sites() : limit;
    int classes = Castings.CLASSES.size();
    LabelledImages images = LabelledImages.none(Castings.CLASSES, request.form());
    IntStream.Builder domain = IntStream.builder();
    List<String> domains = new ArrayList<>();
    if (request.partitioner() instanceof Partitioner.Domain) {
      for (int site = 0; site < request.sites(); site++) {
        int count = (total + request.sites() - 1 - site) / request.sites();
        Plant plant = all[site % all.length];
        // Several sites of one plant are its shifts, with pictures of their own.
        int first = site / all.length * SECOND_SHIFT;
        images =
            images.plus(
                Castings.render(
                    request.seed(), plant, first, shares(plant.mix(), count), request.form()));
        domains.add(plant + "-" + (1 + site / all.length));
        IntStream.generate(() -> domains.size() - 1).limit(count).forEach(domain::add);
      }
    } else {
      images =
          Castings.renderMixed(
              request.seed(), "pool", plants, Math.ceilDiv(total, classes), request.form());
    }
    return new ExperimentSource(
        ExperimentRequest.CASTINGS,
        images,
        domains,
        domain.build().toArray(),
        Castings.renderMixed(
            request.seed(), "test", plants, CASTINGS_TEST_PER_CLASS, request.form()),
        Castings.renderMixed(
            request.seed(),
            "public",
            List.of(all),
            Math.ceilDiv(request.publicImages(), classes),
            request.form()),
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

    LabelledImages images = LabelledImages.none(classes, request.form());
    IntStream.Builder domain = IntStream.builder();
    List<SkippedFile> skipped = new ArrayList<>();
    for (int d = 0; d < folders.size(); d++) {
      LoadedImages loaded = ImageSets.load(folders.get(d), classes, request.form());
      LabelledImages readable = loaded.requireReadable(MAX_UNREADABLE_SHARE);
      images = images.plus(readable);
      skipped.addAll(loaded.skipped());
      for (int i = 0; i < readable.size(); i++) {
        domain.add(d);
      }
    }
    if (images.isEmpty()) {
      throw new KumiaiException.Invalid(
          "dataset-empty", directory + " has no images: there is nothing to cut");
    }
    return new ExperimentSource(
        nameOf(directory),
        images,
        domainFolders.stream().map(folder -> folder.getFileName().toString()).toList(),
        domain.build().toArray(),
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
