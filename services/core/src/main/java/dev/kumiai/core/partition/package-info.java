/// How one data set is cut into the one-sided data of many sites, for experiments on one machine.
@NullMarked
package dev.kumiai.core.partition;

import org.jspecify.annotations.NullMarked;
