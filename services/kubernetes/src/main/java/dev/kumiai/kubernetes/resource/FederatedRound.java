package dev.kumiai.kubernetes.resource;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// One round. Creating one starts a round of a run whose rounds are triggered manually; those of
/// rounds that start by themselves are made by the aggregator.
@Group(KumiaiGroup.GROUP)
@Version(KumiaiGroup.VERSION)
@ShortNames("fround")
@AdditionalPrinterColumn(name = "RUN", jsonPath = ".spec.runRef.name")
@AdditionalPrinterColumn(
    name = "ROUND",
    jsonPath = ".status.round",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "SITES", jsonPath = ".status.sites")
@AdditionalPrinterColumn(
    name = "ACCURACY",
    jsonPath = ".status.accuracy",
    type = AdditionalPrinterColumn.Type.NUMBER)
@AdditionalPrinterColumn(name = "DURATION", jsonPath = ".status.duration")
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.reason", priority = 1)
public final class FederatedRound extends CustomResource<FederatedRoundSpec, FederatedRoundStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
