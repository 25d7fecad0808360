/// How the updates of a round become the next global model.
@NullMarked
package dev.kumiai.core.strategy;

import org.jspecify.annotations.NullMarked;
