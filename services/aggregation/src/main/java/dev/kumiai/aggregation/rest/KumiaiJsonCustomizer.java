package dev.kumiai.aggregation.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.protocol.KumiaiJson;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/// Answers are written as the protocol says.
@Singleton
public class KumiaiJsonCustomizer implements ObjectMapperCustomizer {

  @Override
  public void customize(ObjectMapper mapper) {
    KumiaiJson.configure(mapper);
  }
}
