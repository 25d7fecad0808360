package dev.kumiai.cli;

import dev.kumiai.cli.process.Installation.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `partition`, which local-training does.
@Command(
    name = "partition",
    description = "Cuts one data set into the folders of many sites; 'partition --help' tells how.")
public final class PartitionCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return DelegatedVerb.run(Service.LOCAL_TRAINING, "partition", arguments);
  }
}
