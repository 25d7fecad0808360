package dev.kumiai.core;

/// How long work tells how far it is and learns that nobody wants it any more. Work calls it
/// between batches, from one thread.
@FunctionalInterface
public interface Progress {

  /// Goes on regardless and tells nobody.
  Progress SILENT = (_, _) -> {};

  /// Reports how far the work is.
  ///
  /// @param fraction from 0 (nothing is done) to 1 (all is done)
  /// @param stage what is being done, for a person: "epoch 2 of 3"; never a sample or a secret
  /// @throws KumiaiException.Cancelled when the work should stop here
  void report(double fraction, String stage);
}
