package dev.kumiai.core;

import java.util.regex.Pattern;

/// Names one site. It is also a folder and a Kubernetes label, so it is a DNS label: up to 63
/// lower-case letters, digits and hyphens, starting and ending with a letter or digit.
public record SiteId(String value) implements Comparable<SiteId> {

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  public SiteId {
    if (!DNS_LABEL.matcher(value).matches()) {
      throw new KumiaiException.Invalid(
          "site-id-malformed",
          "a site id is up to 63 lower-case letters, digits and hyphens, not '" + value + "'");
    }
  }

  @Override
  public int compareTo(SiteId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
