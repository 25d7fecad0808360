/// Generators that learn nothing: augmentation of real samples, and public images as they are. They
/// are what a trained generator has to beat.
@NullMarked
package dev.kumiai.engine.generator.classical;

import org.jspecify.annotations.NullMarked;
