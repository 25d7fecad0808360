package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.config.SiteConfig;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Mutual TLS: where it is required, the connection of a worker must have a client certificate that
/// names its site, as its common name or as an alternative name `urn:kumiai:site:<site>`. That a
/// trusted authority issued it the TLS handshake has verified.
@Singleton
class SiteCertificates {

  static final String URN = "urn:kumiai:site:";

  /// Of the general names of RFC 5280, the one that is a URI.
  private static final int URI_NAME = 6;

  private final boolean required;

  SiteCertificates(SiteConfig config) {
    this.required = config.clientCertificates() == SiteConfig.Certificates.REQUIRED;
  }

  /// Looks at the certificate of a connection.
  ///
  /// @return the refusal of a connection that does not prove to be the site's; else null
  @Nullable KumiaiException refusal(SiteId site, HttpServerRequest request) {
    if (!required) {
      return null;
    }
    X509Certificate certificate = certificate(request.sslSession());
    if (certificate == null) {
      return new KumiaiException.Forbidden(
          "certificate-missing",
          "site '" + site + "' needs a TLS client certificate here that names it");
    }
    return names(certificate).contains(site.value())
        ? null
        : new KumiaiException.Forbidden(
            "certificate-of-another",
            "the TLS client certificate of this connection does not name site '" + site + "'");
  }

  void require(SiteId site, HttpServerRequest request) {
    KumiaiException refusal = refusal(site, request);
    if (refusal != null) {
      throw refusal;
    }
  }

  private static @Nullable X509Certificate certificate(@Nullable SSLSession session) {
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate found
          ? found
          : null;
    } catch (SSLPeerUnverifiedException _) {
      return null;
    }
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .forEach(part -> names.add(String.valueOf(part.getValue())));
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.stream()
            .filter(name -> name.get(0).equals(URI_NAME))
            .map(name -> String.valueOf(name.get(1)))
            .filter(name -> name.startsWith(URN))
            .forEach(name -> names.add(name.substring(URN.length())));
      }
    } catch (InvalidNameException | CertificateParsingException _) {
      // What cannot be read names nobody.
    }
    return names;
  }
}
