package dev.kumiai.core.strategy.robust;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sorts many columns at once: a fixed sequence of exchanges between rows, each of which puts the
/// lesser of two values into the one row and the larger into the other, for all columns in a loop
/// that the compiler turns into vector instructions. There is no branch and nothing depends on the
/// values.
///
/// The sequence is Batcher's odd-even merge sort (1968) for any number of rows, less the exchanges
/// that do not matter for the rows that are wanted. The order of floats is that of [Float#compare],
/// with -0 before 0, so that the result does not depend on the order of the rows.
final class SortingNetwork {

  /// Columns times rows that a window has: as many floats as half of a core's second cache holds.
  private static final int WINDOW = 1 << 15;

  private final int[] lower;
  private final int[] upper;
  private final int window;

  private SortingNetwork(int rows, List<int[]> exchanges) {
    this.lower = exchanges.stream().mapToInt(exchange -> exchange[0]).toArray();
    this.upper = exchanges.stream().mapToInt(exchange -> exchange[1]).toArray();
    this.window = Math.max(128, WINDOW / rows);
  }

  /// Sorts rows so far that those from one to before the other hold what they would if all were
  /// sorted; the others hold the rest, in any order, on their side of them.
  static SortingNetwork of(int rows, int from, int to) {
    boolean[] wanted = new boolean[rows];
    Arrays.fill(wanted, from, to, true);
    List<int[]> needed = new ArrayList<>();
    for (int[] exchange : oddEvenMergeSort(rows).reversed()) {
      if (wanted[exchange[0]] || wanted[exchange[1]]) {
        wanted[exchange[0]] = true;
        wanted[exchange[1]] = true;
        needed.add(exchange);
      }
    }
    return new SortingNetwork(rows, needed.reversed());
  }

  private static List<int[]> oddEvenMergeSort(int rows) {
    List<int[]> exchanges = new ArrayList<>();
    for (int size = 1; size < rows; size *= 2) {
      for (int apart = size; apart >= 1; apart /= 2) {
        for (int start = apart % size; start + apart < rows; start += 2 * apart) {
          for (int i = start; i < Math.min(start + apart, rows - apart); i++) {
            if (i / (2 * size) == (i + apart) / (2 * size)) {
              exchanges.add(new int[] {i, i + apart});
            }
          }
        }
      }
    }
    return exchanges;
  }

  /// Sorts the first so many elements of the rows, column by column.
  void sort(float[][] rows, int length) {
    for (int from = 0; from < length; from += window) {
      int to = Math.min(from + window, length);
      for (int i = 0; i < lower.length; i++) {
        exchange(rows[lower[i]], rows[upper[i]], from, to);
      }
    }
  }

  private static void exchange(float[] lower, float[] upper, int from, int to) {
    for (int i = from; i < to; i++) {
      float a = lower[i];
      float b = upper[i];
      lower[i] = Math.min(a, b);
      upper[i] = Math.max(a, b);
    }
  }
}
