package dev.kumiai.generation.policy;

/// A text that may leave the site. Only a [PolicyGate] makes one, and what goes out to a service is
/// made of these: there is no way to put a sample into a request.
public final class OutgoingText {

  private final String text;

  OutgoingText(String scrubbed) {
    this.text = scrubbed;
  }

  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return "OutgoingText[%d characters]".formatted(text.length());
  }
}
