/// The closed list of strategies that a run can name, with their parameters.
@NullMarked
package dev.kumiai.core.strategy.catalogue;

import org.jspecify.annotations.NullMarked;
