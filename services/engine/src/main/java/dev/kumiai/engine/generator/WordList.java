package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;
import java.text.Normalizer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The words that a generator understands in a prompt, besides the names of its classes.
///
/// @param words in the order of their vectors, lower case
/// @param width of a word's vector; 0 when there are no words
public record WordList(List<String> words, int width) {

  /// Of a generator that knows classes only.
  public static final WordList NONE = new WordList(List.of(), 0);

  /// Of a word's vector, where captions are learnt.
  public static final int STANDARD_WIDTH = 64;

  /// A word in fewer captions is memorised rather than learnt, and left out.
  public static final int MIN_CAPTIONS = 8;

  /// More than a network of this size can tell apart.
  private static final int MAX_WORDS = 1024;

  private static final int MAX_WIDTH = 1024;

  /// Letters and digits; hyphens hold a word together: `shot-blasted`.
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:-[\\p{L}\\p{N}]+)*");

  public WordList {
    words = List.copyOf(words);
    if (words.size() > MAX_WORDS || Set.copyOf(words).size() < words.size()) {
      throw new IllegalArgumentException(
          "a list of words is at most %d distinct words, not %d"
              .formatted(MAX_WORDS, words.size()));
    }
    for (String word : words) {
      if (!wordsOf(word).equals(List.of(word))) {
        throw new IllegalArgumentException("'" + word + "' is no word in lower case");
      }
    }
    if (words.isEmpty() ? width != 0 : width < 1 || width > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "a word's vector has 1 to %d values, not %d".formatted(MAX_WIDTH, width));
    }
  }

  /// The words that occur in at least [#MIN_CAPTIONS] of the captions, in alphabetical order.
  ///
  /// @throws KumiaiException.Invalid `captions-too-rich`
  static WordList of(Collection<String> captions) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String caption : captions) {
      new HashSet<>(wordsOf(caption)).forEach(word -> counts.merge(word, 1, Integer::sum));
    }
    counts.values().removeIf(count -> count < MIN_CAPTIONS);
    if (counts.size() > MAX_WORDS) {
      throw new KumiaiException.Invalid(
          "captions-too-rich",
          "the captions have %d words that occur at least %d times, and a generator learns at most %d: use fewer"
              .formatted(counts.size(), MIN_CAPTIONS, MAX_WORDS));
    }
    return counts.isEmpty() ? NONE : new WordList(List.copyOf(counts.keySet()), STANDARD_WIDTH);
  }

  /// The words of a text in lower case, in its order; punctuation is none.
  public static List<String> wordsOf(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return WORD.matcher(plain).results().map(MatchResult::group).toList();
  }

  public boolean isEmpty() {
    return words.isEmpty();
  }

  /// What a text says to the generator: indices of the words it knows, each once, in ascending
  /// order.
  List<Integer> read(String text) {
    return wordsOf(text).stream()
        .map(words::indexOf)
        .filter(index -> index >= 0)
        .distinct()
        .sorted()
        .toList();
  }

  /// The words of a text that say nothing to the generator, each once, in the text's order.
  public List<String> ignored(String text) {
    return wordsOf(text).stream().filter(word -> !words.contains(word)).distinct().toList();
  }
}
