package dev.kumiai.kubernetes.job;

import dev.kumiai.core.SiteId;
import dev.kumiai.kubernetes.resource.KumiaiGroup;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;

/// The labels of what the aggregator makes in the cluster.
public final class Labels {

  public static final String NAME = "app.kubernetes.io/name";
  public static final String COMPONENT = "app.kubernetes.io/component";
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String KUMIAI = "kumiai";

  /// Selects all of it.
  public static final String OURS = MANAGED_BY + "=" + KUMIAI;

  public static final String SITE = KumiaiGroup.key("site");
  public static final String RUN = KumiaiGroup.key("run");
  public static final String ROUND = KumiaiGroup.key("round");
  public static final String TASK = KumiaiGroup.key("task");
  public static final String KIND = KumiaiGroup.key("kind");
  public static final String ATTEMPT = KumiaiGroup.key("attempt");

  /// Tells what was made for a run from what was made for a site.
  public static final String FOR = KumiaiGroup.key("for");

  /// A value of [#FOR].
  public static final String FOR_RUN = "run";

  /// A value of [#FOR].
  public static final String FOR_SITE = "site";

  /// An annotation: how often a run had been retried before a round.
  public static final String INCARNATION = KumiaiGroup.key("incarnation");

  /// An annotation: the FederatedRun or Site to which something belongs, as `namespace/name`.
  public static final String OWNER = KumiaiGroup.key("owner");

  private Labels() {}

  /// The value of [#OWNER].
  public static String owner(HasMetadata owner) {
    return owner.getMetadata().getNamespace() + "/" + owner.getMetadata().getName();
  }

  /// Those of a site's worker.
  public static Map<String, String> of(SiteId site, WorkerService service) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(NAME, KUMIAI);
    labels.put(COMPONENT, service.component());
    labels.put(MANAGED_BY, KUMIAI);
    labels.put(SITE, site.value());
    return labels;
  }
}
