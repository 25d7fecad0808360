/// FederatedRuns: what they ask the aggregator for, and what they show of it.
@NullMarked
package dev.kumiai.kubernetes.run;

import org.jspecify.annotations.NullMarked;
