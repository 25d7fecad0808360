package dev.kumiai.aggregation.rest;

import dev.kumiai.core.Digest;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/// A digest in a path has its prefix, which its constructor does not take.
@Provider
public class IdParams implements ParamConverterProvider {

  @Override
  @SuppressWarnings("unchecked") // checked by the comparison
  public <T> @Nullable ParamConverter<T> getConverter(
      Class<T> rawType, Type genericType, Annotation[] annotations) {
    return rawType == Digest.class ? (ParamConverter<T>) new OfDigest() : null;
  }

  private static final class OfDigest implements ParamConverter<Digest> {
    @Override
    public Digest fromString(String value) {
      return Digest.parse(value);
    }

    @Override
    public String toString(Digest value) {
      return value.toString();
    }
  }
}
