package dev.kumiai.aggregation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// A small OpenID Connect issuer: discovery, a JWK set over HTTP, and tokens that it signs.
public final class Issuer implements AutoCloseable {

  private static final AtomicInteger KEYS = new AtomicInteger();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /// A key that signs tokens.
  record Key(String id, KeyPair pair) {
    static Key make() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return new Key("key-" + KEYS.incrementAndGet(), generator.generateKeyPair());
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    private String jwk() {
      RSAPublicKey key = (RSAPublicKey) pair.getPublic();
      return """
          {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "%s", "n": "%s", "e": "%s"}\
          """
          .formatted(
              id,
              BASE64.encodeToString(unsigned(key.getModulus().toByteArray())),
              BASE64.encodeToString(key.getPublicExponent().toByteArray()));
    }

    private static byte[] unsigned(byte[] number) {
      return number[0] == 0 ? java.util.Arrays.copyOfRange(number, 1, number.length) : number;
    }
  }

  private final HttpServer server;
  private volatile Key key = Key.make();

  private Issuer(HttpServer server) {
    this.server = server;
  }

  static Issuer start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Issuer issuer = new Issuer(server);
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, issuer.discovery()));
    server.createContext(
        "/jwks", exchange -> answer(exchange, "{\"keys\": [" + issuer.key.jwk() + "]}"));
    server.start();
    return issuer;
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private String discovery() {
    return """
        {"issuer": "%1$s", "jwks_uri": "%1$s/jwks", "token_endpoint": "%1$s/token",
         "authorization_endpoint": "%1$s/authorize"}
        """
        .formatted(address());
  }

  Key key() {
    return key;
  }

  /// Signs with another key from now on, and forgets the old one.
  void rotate() {
    key = Key.make();
  }

  String token(String user, String audience, Instant expires, List<String> groups) {
    return sign(key, claims(user, audience, expires, groups));
  }

  String claims(String user, String audience, Instant expires, List<String> groups) {
    return """
        {"iss": "%s", "sub": "%s", "preferred_username": "%s", "aud": "%s", "iat": %d, "exp": %d,
         "realm_access": {"roles": [%s]}}
        """
        .formatted(
            address(),
            user,
            user,
            audience,
            expires.minusSeconds(600).getEpochSecond(),
            expires.getEpochSecond(),
            groups.stream().map(group -> '"' + group + '"').collect(Collectors.joining(", ")));
  }

  static String sign(Key key, String claims) {
    String signed = encode(header("RS256", key)) + "." + encode(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.pair().getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// What an attacker tries first.
  static String unsigned(Key key, String claims) {
    return encode(header("none", key)) + "." + encode(claims) + ".";
  }

  private static String header(String algorithm, Key key) {
    return "{\"alg\": \"%s\", \"typ\": \"JWT\", \"kid\": \"%s\"}".formatted(algorithm, key.id());
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
