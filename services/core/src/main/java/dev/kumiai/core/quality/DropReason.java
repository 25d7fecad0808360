package dev.kumiai.core.quality;

/// Why a generated sample was dropped, in the order in which filters look.
public enum DropReason {
  /// It is no sample at all: damaged, empty, or of another form.
  UNDECODABLE,
  /// It shows nothing: all of it is one value.
  CONSTANT,
  /// A classifier takes it for another class.
  LABEL_DISAGREES,
  /// The set has it, or one so like it, already.
  DUPLICATE,
  /// It is a copy of a private sample, or nearly one.
  NEAR_COPY
}
