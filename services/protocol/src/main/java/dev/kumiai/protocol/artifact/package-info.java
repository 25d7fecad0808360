/// What the aggregator tells of the files that it keeps.
@NullMarked
package dev.kumiai.protocol.artifact;

import org.jspecify.annotations.NullMarked;
