package dev.kumiai.engine.data;

import java.nio.file.Path;
import java.util.List;

/// A sheet with some images of each class, for a person to look at: one row for each class, its
/// name in front.
public final class ContactSheet {

  private static final int LEAST_SIDE = 64;
  private static final int GAP = 4;
  private static final int MARGIN = 16;
  private static final double CAPITAL = 9;
  private static final double TITLE_CAPITAL = 11;

  private static final int LEAST_NAMED_SIDE = 80;
  private static final int TITLE = 28;
  private static final int NAME = 14;
  private static final double SMALL_CAPITAL = 7;

  private ContactSheet() {}

  /// Writes images as a PNG under a title, each with its name below: to pick single ones out.
  ///
  /// @param names one for each image
  /// @param columns images in a row
  public static void writeNamed(
      String title, LabelledImages images, List<String> names, int columns, Path file) {
    ImageForm form = images.form();
    int side = Math.max(1, Math.ceilDiv(LEAST_NAMED_SIDE, form.size())) * form.size();
    int rows = Math.max(1, Math.ceilDiv(images.size(), columns));
    int across = Math.clamp(images.size(), 1, columns);
    int top = MARGIN + TITLE;
    int width = 2 * MARGIN + across * (side + GAP) - GAP;
    int height = top + rows * (side + NAME + GAP) - GAP + MARGIN;
    try (Canvas ruler = new Canvas(1, 1)) {
      width = Math.max(width, 2 * MARGIN + (int) Math.ceil(ruler.textWidth(title, TITLE_CAPITAL)));
    }
    try (Canvas canvas = new Canvas(width, height)) {
      canvas.text(title, MARGIN, MARGIN + 12, TITLE_CAPITAL, Canvas.BLACK, Canvas.Align.LEFT);
      byte[] pixels = new byte[form.values()];
      for (int i = 0; i < images.size(); i++) {
        images.copyPixels(i, pixels, 0);
        int x = MARGIN + i % columns * (side + GAP);
        int y = top + i / columns * (side + NAME + GAP);
        canvas.image(pixels, form, x, y, side);
        canvas.text(
            names.get(i),
            x + side / 2.0,
            y + side + NAME - 3,
            SMALL_CAPITAL,
            Canvas.GREY,
            Canvas.Align.CENTRE);
      }
      canvas.write(file);
    }
  }

  /// Writes the first images of each class as a PNG.
  ///
  /// @param columns how many of each class at most
  public static void write(LabelledImages images, int columns, Path file) {
    write("", images, columns, file);
  }

  /// Writes the first images of each class as a PNG under a title.
  public static void write(String title, LabelledImages images, int columns, Path file) {
    ImageForm form = images.form();
    int side = Math.max(1, Math.ceilDiv(LEAST_SIDE, form.size())) * form.size();
    int rows = images.classes().size();
    double names = 0;
    try (Canvas ruler = new Canvas(1, 1)) {
      for (String name : images.classes()) {
        names = Math.max(names, ruler.textWidth(name, CAPITAL));
      }
    }
    int left = MARGIN + (int) Math.ceil(names) + 12;
    int top = title.isEmpty() ? MARGIN : MARGIN + TITLE;
    int width = left + columns * (side + GAP) - GAP + MARGIN;
    int height = top + rows * (side + GAP) - GAP + MARGIN;
    try (Canvas canvas = new Canvas(width, height)) {
      canvas.text(title, MARGIN, MARGIN + 12, TITLE_CAPITAL, Canvas.BLACK, Canvas.Align.LEFT);
      for (int row = 0; row < rows; row++) {
        double middle = top + row * (side + GAP) + (side + CAPITAL) / 2;
        canvas.text(
            images.classes().get(row),
            left - 12,
            middle,
            CAPITAL,
            Canvas.BLACK,
            Canvas.Align.RIGHT);
      }
      int[] column = new int[rows];
      byte[] pixels = new byte[form.values()];
      for (int i = 0; i < images.size(); i++) {
        int row = images.label(i);
        if (column[row] < columns) {
          images.copyPixels(i, pixels, 0);
          int x = left + column[row] * (side + GAP);
          canvas.image(pixels, form, x, top + row * (side + GAP), side);
          column[row]++;
        }
      }
      canvas.write(file);
    }
  }
}
