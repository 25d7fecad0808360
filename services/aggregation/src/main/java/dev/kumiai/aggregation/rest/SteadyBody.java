package dev.kumiai.aggregation.rest;

import dev.kumiai.core.KumiaiException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/// A body that is cut off when it trickles: after a while it must have come at a least rate on
/// average. Without that, a sender of a byte a second would hold a thread and a file for days.
final class SteadyBody extends FilterInputStream {

  static final String TOO_SLOW = "body-too-slow";

  private static final double NANOS = 1e9;

  private final long bytesPerSecond;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final Runnable hangUp;
  private final long begun;
  private long received;

  /// @param patience how long it may take before the rate counts
  /// @param nanoTime as [System#nanoTime]
  /// @param hangUp called when it is too slow, before that is thrown
  SteadyBody(
      InputStream body,
      long bytesPerSecond,
      Duration patience,
      LongSupplier nanoTime,
      Runnable hangUp) {
    super(body);
    this.bytesPerSecond = bytesPerSecond;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.hangUp = hangUp;
    this.begun = nanoTime.getAsLong();
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = super.read(into, offset, length);
    count(Math.max(0, read));
    return read;
  }

  private void count(int bytes) {
    received += bytes;
    long nanos = nanoTime.getAsLong() - begun;
    if (bytes > 0 && nanos > patience.toNanos() && received < bytesPerSecond * (nanos / NANOS)) {
      hangUp.run();
      throw new KumiaiException.Invalid(
          TOO_SLOW,
          ("%d bytes came in %d s, which is slower than %d bytes per second"
                  + " (kumiai.limits.slowest-body): send it again over a better connection")
              .formatted(received, Duration.ofNanos(nanos).toSeconds(), bytesPerSecond));
    }
  }
}
