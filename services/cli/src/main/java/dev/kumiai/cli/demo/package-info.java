/// The whole flow on one machine: data, generator, services, a run, its tables.
@NullMarked
package dev.kumiai.cli.demo;

import org.jspecify.annotations.NullMarked;
