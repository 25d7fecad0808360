/// Named tensors and the safetensors files that hold them.
@NullMarked
package dev.kumiai.core.tensor;

import org.jspecify.annotations.NullMarked;
