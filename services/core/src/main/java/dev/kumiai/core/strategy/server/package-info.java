/// Strategies that correct or drive the mean of updates: server optimisers, FedNova, SCAFFOLD ...
@NullMarked
package dev.kumiai.core.strategy.server;

import org.jspecify.annotations.NullMarked;
