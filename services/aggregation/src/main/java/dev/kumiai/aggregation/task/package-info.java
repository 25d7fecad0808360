/// Tasks: handed out under a lease, fenced by the attempt's number, and answered once.
@NullMarked
package dev.kumiai.aggregation.task;

import org.jspecify.annotations.NullMarked;
