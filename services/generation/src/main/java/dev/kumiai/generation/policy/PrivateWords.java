package dev.kumiai.generation.policy;

import dev.kumiai.core.KumiaiException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Words that must not leave a site, such as names of products, customers and places. They are
/// found in whatever case and spelling ([FoldedText]) and replaced by one neutral word.
final class PrivateWords {

  /// A private word in its folded form.
  ///
  /// @param anywhere inside other words, too
  private record Word(String folded, boolean anywhere) {}

  private final List<Word> words;
  private final String replacement;

  /// @param whole found where they stand alone: between characters that are neither letters nor
  ///   digits
  /// @param parts found anywhere
  /// @param replacement what takes their place
  /// @throws KumiaiException.Invalid `site-policy-invalid`
  PrivateWords(List<String> whole, List<String> parts, String replacement) {
    this.replacement = replacement;
    // A long one first: it may hold a shorter one, and what would be left of it tells.
    this.words =
        Stream.concat(
                whole.stream().map(word -> new Word(FoldedText.fold(word), false)),
                parts.stream().map(part -> new Word(FoldedText.fold(part), true)))
            .sorted(Comparator.comparingInt((Word word) -> word.folded.length()).reversed())
            .toList();
    if (words.stream().anyMatch(word -> word.folded.isEmpty())) {
      throw invalid("an empty private word: remove it");
    }
    if (replacement.isBlank() || isIn(replacement)) {
      throw invalid("a replacement that is empty or holds a private word: choose a neutral one");
    }
  }

  private static KumiaiException invalid(String what) {
    return new KumiaiException.Invalid(
        "site-policy-invalid", "the site's %s has %s".formatted(SitePolicy.NAME, what));
  }

  /// Whether a text holds one of them.
  boolean isIn(String text) {
    FoldedText in = FoldedText.of(text);
    return words.stream().anyMatch(word -> find(word, in, 0) >= 0);
  }

  /// The text, in Unicode's NFKC form, with the neutral word in the place of private ones.
  String scrub(String text) {
    String scrubbed = FoldedText.of(text).source();
    for (Word word : words) {
      scrubbed = scrub(word, scrubbed);
    }
    if (isIn(scrubbed)) {
      // Words that replacing others has put together. Letting nothing out is always right.
      throw new KumiaiException.Invalid(
          "private-words-left",
          "a text still holds private words after they were replaced: choose another replacement in the site's %s"
              .formatted(SitePolicy.NAME));
    }
    return scrubbed;
  }

  private String scrub(Word word, String text) {
    FoldedText in = FoldedText.of(text);
    StringBuilder scrubbed = new StringBuilder();
    int kept = 0;
    int at = find(word, in, 0);
    while (at >= 0) {
      int end = at + word.folded.length();
      scrubbed.append(in.source(), kept, Math.max(kept, in.start(at))).append(replacement);
      kept = in.end(end);
      at = find(word, in, end);
    }
    return scrubbed.append(in.source().substring(kept)).toString();
  }

  private static int find(Word word, FoldedText in, int from) {
    int at = in.folded().indexOf(word.folded, from);
    while (at >= 0 && !(word.anywhere || standsAlone(in.folded(), at, word.folded.length()))) {
      at = in.folded().indexOf(word.folded, at + 1);
    }
    return at;
  }

  private static boolean standsAlone(String text, int at, int length) {
    int end = at + length;
    return (at == 0 || !Character.isLetterOrDigit(text.codePointBefore(at)))
        && (end == text.length() || !Character.isLetterOrDigit(text.codePointAt(end)));
  }
}
