/// `stable-diffusion`: pictures from prompts by latent diffusion models that were trained
/// elsewhere.
@NullMarked
package dev.kumiai.engine.generator.stable;

import org.jspecify.annotations.NullMarked;
