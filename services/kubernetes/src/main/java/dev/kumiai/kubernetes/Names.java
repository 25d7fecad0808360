package dev.kumiai.kubernetes;

import java.util.Locale;

/// Names in the forms that Kubernetes likes.
public final class Names {

  private static final int LONGEST = 63;

  private Names() {}

  /// `SUCCEEDED` as `Succeeded`.
  public static String camel(String constant) {
    return constant.isEmpty()
        ? ""
        : constant.charAt(0) + constant.substring(1).toLowerCase(Locale.ROOT);
  }

  /// A DNS label that begins as `head` and ends with `tail`, which is what tells it from others.
  public static String label(String head, String tail) {
    String clean =
        head.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    int room = LONGEST - tail.length() - 1;
    String begin = clean.substring(0, Math.min(room, clean.length())).replaceAll("-+$", "");
    return begin.isEmpty() ? tail : begin + "-" + tail;
  }
}
