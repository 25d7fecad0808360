package dev.kumiai.engine.model;

import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// In which order images are trained on.
abstract sealed class SampleOrder {

  /// Every image once in each epoch, shuffled anew; the last batch of an epoch holds what is left.
  static SampleOrder shuffled(LabelledImages images, RandomGenerator random) {
    return new Shuffled(new Deck(IntStream.range(0, images.size()).toArray(), random));
  }

  /// Every class that occurs equally often, and within it every image equally often, give or take
  /// one. An epoch has as many batches as before, so images of a rare class come several times and
  /// not all of a frequent one come.
  static SampleOrder classBalanced(LabelledImages images, RandomGenerator random) {
    return new ClassBalanced(images, random);
  }

  /// Indices of the next batch, `size` of them or fewer at the end of an epoch.
  abstract int[] nextBatch(int size);

  private static final class Shuffled extends SampleOrder {

    private final Deck deck;

    Shuffled(Deck deck) {
      this.deck = deck;
    }

    @Override
    int[] nextBatch(int size) {
      int[] batch = new int[Math.min(size, deck.left())];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = deck.next();
      }
      return batch;
    }
  }

  private static final class ClassBalanced extends SampleOrder {

    private final Deck classes;
    private final List<Deck> imagesOfClass = new ArrayList<>();
    private final int images;
    private int drawn;

    ClassBalanced(LabelledImages images, RandomGenerator random) {
      this.images = images.size();
      for (int c = 0; c < images.classes().size(); c++) {
        int label = c;
        int[] members =
            IntStream.range(0, images.size()).filter(i -> images.label(i) == label).toArray();
        if (members.length > 0) {
          imagesOfClass.add(new Deck(members, random));
        }
      }
      classes = new Deck(IntStream.range(0, imagesOfClass.size()).toArray(), random);
    }

    @Override
    int[] nextBatch(int size) {
      int[] batch = new int[Math.min(size, images - drawn)];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = imagesOfClass.get(classes.next()).next();
      }
      drawn = (drawn + batch.length) % images;
      return batch;
    }
  }

  /// Cards that are dealt one by one, and shuffled again before the first and when none is left.
  private static final class Deck {

    private final int[] cards;
    private final RandomGenerator random;
    private int dealt;

    Deck(int[] cards, RandomGenerator random) {
      this.cards = cards;
      this.random = random;
      this.dealt = cards.length;
    }

    /// Cards until the next shuffle.
    int left() {
      return dealt == cards.length ? cards.length : cards.length - dealt;
    }

    int next() {
      if (dealt == cards.length) {
        shuffle();
        dealt = 0;
      }
      return cards[dealt++];
    }

    private void shuffle() {
      for (int i = cards.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int card = cards[i];
        cards[i] = cards[j];
        cards[j] = card;
      }
    }
  }
}
