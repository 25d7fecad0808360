package dev.kumiai.aggregation.run;

/// Whether tasks can be carried out by Kubernetes Jobs here.
public interface JobExecution {

  /// Whether there is somebody who launches a Job for each task of a run that asks for it.
  boolean available();
}
