/// The append-only record of everything that changed a run.
@NullMarked
package dev.kumiai.aggregation.ledger;

import org.jspecify.annotations.NullMarked;
