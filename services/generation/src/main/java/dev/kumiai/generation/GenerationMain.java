package dev.kumiai.generation;

import dev.kumiai.worker.process.ServiceProcess;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Entry point of the generation service.
@QuarkusMain
public final class GenerationMain {

  private GenerationMain() {}

  public static void main(String... args) {
    ServiceProcess.run(args);
  }
}
