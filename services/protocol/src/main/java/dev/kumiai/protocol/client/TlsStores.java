package dev.kumiai.protocol.client;

/// Whom this process believes when it calls out, and the certificate that it shows, where the
/// environment names their files: PKCS #12, each with a password. Without, it believes the
/// authorities of the JDK, or of the one that a native executable was built with, and shows none.
/// The JDK's own system properties say the same and win.
public final class TlsStores {

  private TlsStores() {}

  /// Takes over `KUMIAI_TRUST_STORE`, `KUMIAI_KEY_STORE` and their `_PASSWORD`: before the first
  /// connection, so at the start of a `main`.
  public static void useThoseOfEnvironment() {
    use("KUMIAI_TRUST_STORE", "javax.net.ssl.trustStore");
    use("KUMIAI_KEY_STORE", "javax.net.ssl.keyStore");
  }

  private static void use(String variable, String property) {
    String file = System.getenv(variable);
    if (file == null || file.isBlank() || System.getProperty(property) != null) {
      return;
    }
    System.setProperty(property, file);
    System.setProperty(property + "Type", "PKCS12");
    String password = System.getenv(variable + "_PASSWORD");
    if (password != null) {
      System.setProperty(property + "Password", password);
    }
  }
}
