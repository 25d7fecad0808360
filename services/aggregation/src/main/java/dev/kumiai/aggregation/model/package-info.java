/// Weights: streamed in, checked, and kept under their digest.
@NullMarked
package dev.kumiai.aggregation.model;

import org.jspecify.annotations.NullMarked;
