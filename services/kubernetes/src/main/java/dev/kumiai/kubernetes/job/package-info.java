/// Tasks as Jobs: what a worker's pod looks like, which Jobs there have to be, and what becomes of
/// those that come to nothing.
@NullMarked
package dev.kumiai.kubernetes.job;

import org.jspecify.annotations.NullMarked;
