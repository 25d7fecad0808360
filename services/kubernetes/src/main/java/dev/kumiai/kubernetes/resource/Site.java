package dev.kumiai.kubernetes.resource;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/// A site, and where in the cluster its work is done. Its name is the site's.
@Group(KumiaiGroup.GROUP)
@Version(KumiaiGroup.VERSION)
@AdditionalPrinterColumn(
    name = "ENROLLED",
    jsonPath = ".status.enrolled",
    type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(name = "NAMESPACE", jsonPath = ".spec.namespace")
@AdditionalPrinterColumn(
    name = "SAMPLES",
    jsonPath = ".status.samples",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "SEEN",
    jsonPath = ".status.lastHeartbeat",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.reason", priority = 1)
public final class Site extends CustomResource<SiteSpec, SiteStatus> implements Namespaced {

  private static final long serialVersionUID = 1L;
}
