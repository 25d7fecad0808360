/// What native executables have instead of code of others that cannot run there.
@NullMarked
package dev.kumiai.engine.nativeimage;

import org.jspecify.annotations.NullMarked;
