/// Runs and sites as those who ask for them see them.
@NullMarked
package dev.kumiai.aggregation.view;

import org.jspecify.annotations.NullMarked;
