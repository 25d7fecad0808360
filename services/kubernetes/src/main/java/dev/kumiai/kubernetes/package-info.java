/// The aggregator's Kubernetes side: runs, rounds and sites as custom resources, and tasks as Jobs.
@NullMarked
package dev.kumiai.kubernetes;

import org.jspecify.annotations.NullMarked;
