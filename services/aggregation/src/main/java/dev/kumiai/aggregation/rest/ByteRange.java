package dev.kumiai.aggregation.rest;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A single range of bytes (RFC 9110, section 14). Several ranges, other units and what makes no
/// sense are ignored, as the RFC allows: the caller gets the whole.
///
/// @param first its first byte
/// @param last its last byte; below `first` when no byte of the file is in it
record ByteRange(long first, long last) {

  private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  static Optional<ByteRange> parse(String header, long size) {
    Matcher matcher = FORM.matcher(header);
    if (!matcher.matches() || header.equals("bytes=-")) {
      return Optional.empty();
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty()) {
      long count = Math.min(size, Long.parseLong(to));
      return Optional.of(new ByteRange(size - count, size - 1));
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    return last < first
        ? Optional.empty()
        : Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  long length() {
    return Math.max(0, last - first + 1);
  }
}
