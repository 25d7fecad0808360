/// Strategies that withstand sites that send anything at all.
@NullMarked
package dev.kumiai.core.strategy.robust;

import org.jspecify.annotations.NullMarked;
