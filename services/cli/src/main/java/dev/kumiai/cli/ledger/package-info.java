/// The ledger, checked and told without believing the aggregator.
@NullMarked
package dev.kumiai.cli.ledger;

import org.jspecify.annotations.NullMarked;
