package dev.kumiai.aggregation.view;

import dev.kumiai.aggregation.site.Site;
import dev.kumiai.protocol.site.SiteView;

/// Sites as their users see them.
public final class SiteViews {

  private SiteViews() {}

  public static SiteView view(Site site) {
    return new SiteView(site.id(), site.enrolled(), site.lastSeen(), site.datasets());
  }
}
