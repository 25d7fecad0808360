/// How a service on the worker starts and ends as a process: as a command with arguments, as a
/// worker without.
@NullMarked
package dev.kumiai.worker.process;

import org.jspecify.annotations.NullMarked;
