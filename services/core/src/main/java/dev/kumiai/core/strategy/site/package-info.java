/// The sites' halves of strategies: which of them there are, and with which parameters.
@NullMarked
package dev.kumiai.core.strategy.site;

import org.jspecify.annotations.NullMarked;
