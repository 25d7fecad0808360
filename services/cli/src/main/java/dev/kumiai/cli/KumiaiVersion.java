package dev.kumiai.cli;

import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine;

/// What `--version` tells.
public final class KumiaiVersion implements CommandLine.IVersionProvider {

  @Override
  public String[] getVersion() {
    String version =
        ConfigProvider.getConfig().getValue("quarkus.application.version", String.class);
    return new String[] {"kumiai " + version};
  }
}
