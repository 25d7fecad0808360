package dev.kumiai.kubernetes.resource;

/// Where the custom resources belong.
public final class KumiaiGroup {

  public static final String GROUP = "kumiai.dev";
  public static final String VERSION = "v1alpha1";

  private KumiaiGroup() {}

  /// The name of a label or an annotation of ours.
  public static String key(String name) {
    return GROUP + "/" + name;
  }
}
