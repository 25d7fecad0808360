package dev.kumiai.cli.terminal;

import java.nio.charset.Charset;

/// The signs that lines are made of: block elements where the terminal's charset has them, ASCII
/// elsewhere.
///
/// @param fills from the smallest to the largest part of a bar's cell; the last one fills it whole
/// @param empty a cell of a bar that is not reached yet
/// @param tick before what is done
/// @param cross before what failed
/// @param dot before what goes on
/// @param rule what the line under a table's head is made of
/// @param ellipsis for what was cut off
public record Glyphs(
    String fills, char empty, String tick, String cross, String dot, char rule, String ellipsis) {

  public static final Glyphs UNICODE = new Glyphs("▏▎▍▌▋▊▉█", '░', "✓", "✗", "•", '─', "…");
  public static final Glyphs ASCII = new Glyphs("#", '.', "+", "x", "*", '-', "...");

  /// The best that `charset` can write.
  public static Glyphs in(Charset charset) {
    String all = UNICODE.fills + UNICODE.empty + UNICODE.tick + UNICODE.rule + UNICODE.ellipsis;
    return charset.newEncoder().canEncode(all) ? UNICODE : ASCII;
  }

  /// A bar of `width` cells that shows how far something is.
  ///
  /// @param fraction 0 to 1; what lies outside counts as the nearer end
  public String progress(double fraction, int width) {
    String filled = filled(fraction, width);
    return filled + String.valueOf(empty).repeat(width - filled.length());
  }

  /// A bar of at most `width` cells that shows a size, without a track behind it.
  public String size(double fraction, int width) {
    String filled = filled(fraction, width);
    return filled + " ".repeat(width - filled.length());
  }

  private String filled(double fraction, int width) {
    double bounded = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0);
    int parts = (int) Math.round(bounded * width * fills.length());
    int whole = parts / fills.length();
    int rest = parts % fills.length();
    return fills.substring(fills.length() - 1).repeat(whole)
        + (rest == 0 ? "" : fills.substring(rest - 1, rest));
  }
}
