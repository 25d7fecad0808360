package dev.kumiai.generation.remote;

/// The money for one image: booked before it is asked for, used by the request, free again when the
/// service said that it made none.
final class Booking {

  private final Meter meter;
  private boolean open = true;

  /// For money that the meter has booked.
  Booking(Meter meter) {
    this.meter = meter;
  }

  /// A request goes out now, and costs unless the service says otherwise. One that was never
  /// answered may have cost, so another has to be booked anew.
  void use() {
    if (!open) {
      meter.book(1);
    }
    open = false;
  }

  /// The request has cost nothing.
  void free() {
    open = true;
  }

  /// Whether the money was not used.
  boolean isOpen() {
    return open;
  }
}
