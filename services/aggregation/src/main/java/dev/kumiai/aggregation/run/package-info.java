/// Federated runs: what was asked for, where each stands, and what may follow.
@NullMarked
package dev.kumiai.aggregation.run;

import org.jspecify.annotations.NullMarked;
