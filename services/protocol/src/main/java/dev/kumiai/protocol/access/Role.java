package dev.kumiai.protocol.access;

/// What a user may do; each may also do what those before it may.
public enum Role {
  /// Looks at everything, changes nothing.
  VIEWER,
  /// Starts, holds and ends runs, brings models.
  OPERATOR,
  /// Decides who takes part: keys, invitations, revocations.
  ADMIN;

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
