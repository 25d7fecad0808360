package dev.kumiai.localtraining;

import dev.kumiai.worker.process.ServiceProcess;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Entry point of the local training service.
@QuarkusMain
public final class LocalTrainingMain {

  private LocalTrainingMain() {}

  public static void main(String... args) {
    ServiceProcess.run(args);
  }
}
