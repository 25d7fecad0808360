/// What an operator can set.
@NullMarked
package dev.kumiai.aggregation.config;

import org.jspecify.annotations.NullMarked;
