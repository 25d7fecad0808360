/// The custom resources of `kumiai.dev/v1alpha1`. Their definitions in `k8s/crds` are generated
/// from these classes, their `@param` lines and the REST API's own schema.
@NullMarked
package dev.kumiai.kubernetes.resource;

import org.jspecify.annotations.NullMarked;
