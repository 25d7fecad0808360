/// The site-side task loop: enrol, announce, claim, do, answer. What is done comes from a service
/// as [TaskWork].
@NullMarked
package dev.kumiai.worker;

import org.jspecify.annotations.NullMarked;
