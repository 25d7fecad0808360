package dev.kumiai.aggregation;

import java.util.Map;
import org.hamcrest.Description;
import org.hamcrest.TypeSafeMatcher;

/// A violation by what it says.
final class WhatMatcher extends TypeSafeMatcher<Map<String, String>> {

  private final String text;

  private WhatMatcher(String text) {
    this.text = text;
  }

  static WhatMatcher whatContains(String text) {
    return new WhatMatcher(text);
  }

  @Override
  protected boolean matchesSafely(Map<String, String> violation) {
    return violation.getOrDefault("what", "").contains(text);
  }

  @Override
  public void describeTo(Description description) {
    description.appendText("a violation that says ").appendValue(text);
  }
}
