/// The edge to Kubernetes: what its resources ask for, in the aggregator's own verbs.
@NullMarked
package dev.kumiai.aggregation.kubernetes;

import org.jspecify.annotations.NullMarked;
