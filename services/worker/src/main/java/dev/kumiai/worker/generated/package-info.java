/// A site's generated data sets on disk: what generation writes and local-training reads.
@NullMarked
package dev.kumiai.worker.generated;

import org.jspecify.annotations.NullMarked;
