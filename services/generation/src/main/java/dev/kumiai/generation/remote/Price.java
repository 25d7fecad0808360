package dev.kumiai.generation.remote;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What images of a service cost.
///
/// @param perImage money for one
/// @param currency as of ISO 4217
/// @param limit what a site may spend in all; null for no bound
record Price(BigDecimal perImage, String currency, @Nullable BigDecimal limit) {

  BigDecimal of(int images) {
    return perImage.multiply(BigDecimal.valueOf(images));
  }
}
