/// Sites: who takes part, how a worker proves whose it is, and what a site says it holds.
@NullMarked
package dev.kumiai.aggregation.site;

import org.jspecify.annotations.NullMarked;
