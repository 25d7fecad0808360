/// The ledger's entries, and how anybody checks them without the aggregator.
@NullMarked
package dev.kumiai.protocol.ledger;

import org.jspecify.annotations.NullMarked;
