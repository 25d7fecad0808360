@NullMarked
package dev.kumiai.aggregation;

import org.jspecify.annotations.NullMarked;
