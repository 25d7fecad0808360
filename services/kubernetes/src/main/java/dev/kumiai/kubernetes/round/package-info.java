/// FederatedRounds: rounds that somebody triggers, and the history of those that were.
@NullMarked
package dev.kumiai.kubernetes.round;

import org.jspecify.annotations.NullMarked;
