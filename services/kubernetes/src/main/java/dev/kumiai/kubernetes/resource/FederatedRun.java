package dev.kumiai.kubernetes.resource;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// One federated training, as `kubectl apply` asks for it.
@Group(KumiaiGroup.GROUP)
@Version(KumiaiGroup.VERSION)
@ShortNames("frun")
@AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "ROUND", jsonPath = ".status.progress")
@AdditionalPrinterColumn(name = "SITES", jsonPath = ".status.sitesReady")
@AdditionalPrinterColumn(
    name = "ACCURACY",
    jsonPath = ".status.accuracy",
    type = AdditionalPrinterColumn.Type.NUMBER)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "STRATEGY", jsonPath = ".status.strategy", priority = 1)
@AdditionalPrinterColumn(name = "MODEL", jsonPath = ".status.modelDigest", priority = 1)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.reason", priority = 1)
public final class FederatedRun extends CustomResource<FederatedRunSpec, FederatedRunStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
