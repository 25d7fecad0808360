package dev.kumiai.protocol.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.util.regex.Pattern;

/// Which generator a run means. In JSON it is one text, the form that `toString` writes and
/// [#parse] reads.
public sealed interface GeneratorRef {

  /// A file that every generation worker finds in its generator folder: `sha256:<hex>`.
  record File(Digest digest) implements GeneratorRef {
    @Override
    public String toString() {
      return digest.toString();
    }
  }

  /// Augmentation of the site's own samples: `classical`.
  record Classical() implements GeneratorRef {
    @Override
    public String toString() {
      return CLASSICAL;
    }
  }

  /// Images in the site's folder `public/<name>`, taken as they are: `public:<name>`.
  record Public(String name) implements GeneratorRef {
    public Public {
      requireName(PUBLIC, name);
    }

    @Override
    public String toString() {
      return PUBLIC + name;
    }
  }

  /// A service that the site's configuration names: `remote:<name>`.
  record Remote(String name) implements GeneratorRef {
    public Remote {
      requireName(REMOTE, name);
    }

    @Override
    public String toString() {
      return REMOTE + name;
    }
  }

  /// The text form of [Classical].
  String CLASSICAL = "classical";

  /// How the text form of [Public] begins.
  String PUBLIC = "public:";

  /// How the text form of [Remote] begins.
  String REMOTE = "remote:";

  /// A name, which becomes a folder or a key of the configuration.
  Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /// Reads the text form.
  ///
  /// @throws KumiaiException.Invalid `generator-ref-malformed`, or `digest-malformed`
  static GeneratorRef parse(String text) {
    if (text.equals(CLASSICAL)) {
      return new Classical();
    }
    if (text.startsWith(PUBLIC)) {
      return new Public(text.substring(PUBLIC.length()));
    }
    if (text.startsWith(REMOTE)) {
      return new Remote(text.substring(REMOTE.length()));
    }
    if (text.startsWith(Digest.PREFIX)) {
      return new File(Digest.parse(text));
    }
    throw new KumiaiException.Invalid(
        "generator-ref-malformed",
        "must be sha256:<digest of a file>, classical, public:<name> or remote:<name>, not '%s'"
            .formatted(text));
  }

  private static void requireName(String kind, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new KumiaiException.Invalid(
          "generator-ref-malformed",
          "must have 1 to 63 letters, digits, '.', '_' and '-' after '%s', a letter or digit first, not '%s'"
              .formatted(kind, name));
    }
  }
}
