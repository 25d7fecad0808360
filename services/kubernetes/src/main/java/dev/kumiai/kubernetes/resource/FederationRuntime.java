package dev.kumiai.kubernetes.resource;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// Images, resources and environment of workers, shared by runs.
@Group(KumiaiGroup.GROUP)
@Version(KumiaiGroup.VERSION)
@ShortNames("fruntime")
@AdditionalPrinterColumn(name = "TRAINING", jsonPath = ".spec.localTraining.image")
@AdditionalPrinterColumn(name = "GENERATION", jsonPath = ".spec.generation.image")
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class FederationRuntime extends CustomResource<FederationRuntimeSpec, Void>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
