package dev.kumiai.generation.policy;

import java.text.Normalizer;
import java.util.Locale;
import java.util.stream.IntStream;

/// A text in which spellings that a reader takes for the same are the same, with the way back to
/// where each of its characters came from.
///
/// Folding is compatibility decomposition (NFKD, Unicode Annex 15), then upper and lower case, then
/// the loss of marks, of characters that are not seen (soft hyphens, joiners of width 0), and of
/// the width of white space: `Müller`, `MULLER` and `Mu­ller` fold to `muller`, `Straße` and
/// `STRASSE` to `strasse`. Letters of other alphabets that only look alike stay apart.
///
/// @param source NFKC of the original without characters that are not seen
/// @param folded what is compared
/// @param origins for each character of `folded` the index of its own in `source`
record FoldedText(String source, String folded, Origins origins) {

  /// Indices, which a record cannot hold as an array.
  static final class Origins {
    private final int[] indices;

    private Origins(int[] indices) {
      this.indices = indices;
    }

    int of(int index) {
      return indices[index];
    }
  }

  static FoldedText of(String text) {
    String source = seen(Normalizer.normalize(text, Normalizer.Form.NFKC));
    StringBuilder folded = new StringBuilder();
    IntStream.Builder origins = IntStream.builder();
    for (int at = 0; at < source.length(); ) {
      int character = source.codePointAt(at);
      String piece = foldOne(character);
      // However wide: one.
      boolean repeated =
          piece.equals(" ") && !folded.isEmpty() && folded.charAt(folded.length() - 1) == ' ';
      if (!repeated) {
        folded.append(piece);
        for (int i = 0; i < piece.length(); i++) {
          origins.add(at);
        }
      }
      at += Character.charCount(character);
    }
    return new FoldedText(source, folded.toString(), new Origins(origins.build().toArray()));
  }

  /// The folded form alone, without white space around it.
  static String fold(String text) {
    return of(text).folded.strip();
  }

  private static String seen(String text) {
    StringBuilder seen = new StringBuilder();
    text.codePoints()
        .filter(character -> Character.getType(character) != Character.FORMAT)
        .forEach(seen::appendCodePoint);
    return seen.toString();
  }

  private static String foldOne(int character) {
    if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
      return " ";
    }
    String decomposed =
        Normalizer.normalize(Character.toString(character), Normalizer.Form.NFKD)
            .toUpperCase(Locale.ROOT)
            .toLowerCase(Locale.ROOT);
    StringBuilder bare = new StringBuilder();
    decomposed.codePoints().filter(each -> !isMark(each)).forEach(bare::appendCodePoint);
    return bare.toString();
  }

  private static boolean isMark(int character) {
    int type = Character.getType(character);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  /// Where in `source` what begins with `folded[index]` begins.
  int start(int index) {
    return origins.of(index);
  }

  /// Where in `source` what ends before `folded[index]` ends, with the marks on its last letter.
  int end(int index) {
    return index < folded.length() ? endOf(index) : source.length();
  }

  private int endOf(int index) {
    // A letter that folds to several, such as ß, is taken whole.
    int next = index;
    while (next < folded.length() && origins.of(next) == origins.of(index - 1)) {
      next++;
    }
    return next < folded.length() ? origins.of(next) : source.length();
  }
}
