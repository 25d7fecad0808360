package dev.kumiai.aggregation.access;

/// Who does something here, for records of it.
///
/// @param name of the user or the site
public record Actor(Kind kind, String name) {

  /// What kinds of actors there are.
  public enum Kind {
    USER,
    SITE,
    /// A message from a broker; the name is the source that it says it has.
    MESSAGE,
    /// The aggregator itself: what it does because time passed or an update arrived.
    AGGREGATOR
  }

  /// Nobody asked for it.
  public static final Actor AGGREGATOR = new Actor(Kind.AGGREGATOR, "aggregator");

  public static Actor user(String name) {
    return new Actor(Kind.USER, name);
  }

  public static Actor message(String source) {
    return new Actor(Kind.MESSAGE, source);
  }

  public static Actor site(String name) {
    return new Actor(Kind.SITE, name);
  }
}
