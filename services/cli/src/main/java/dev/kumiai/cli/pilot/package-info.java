/// A pilot on one machine: virtual sites for every seed, all arms, and a report.
@NullMarked
package dev.kumiai.cli.pilot;

import org.jspecify.annotations.NullMarked;
