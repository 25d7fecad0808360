/// The domain, on the JDK alone: what every module of Kumiai means by a site, a digest, an error.
@NullMarked
package dev.kumiai.core;

import org.jspecify.annotations.NullMarked;
