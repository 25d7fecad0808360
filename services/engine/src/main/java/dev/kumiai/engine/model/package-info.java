/// The networks a site trains, how it trains them and how they are measured.
@NullMarked
package dev.kumiai.engine.model;

import org.jspecify.annotations.NullMarked;
