/// How many samples each site generates of each class.
@NullMarked
package dev.kumiai.core.budget;

import org.jspecify.annotations.NullMarked;
