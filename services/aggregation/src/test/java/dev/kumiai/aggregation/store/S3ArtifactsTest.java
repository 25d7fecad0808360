package dev.kumiai.aggregation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.S3Server;
import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The contract over a real server, and what only a store elsewhere can do wrong.
class S3ArtifactsTest extends ArtifactsContract {

  private static final int PART_BYTES = 5 << 20;

  private static S3Server server;
  private static S3Client client;

  private final String prefix = UUID.randomUUID() + "/";

  @BeforeAll
  static void start() throws IOException {
    server = S3Server.start();
    client = client(S3Server.SECRET_KEY);
  }

  private static S3Client client(String secret) {
    return S3Client.builder()
        .endpointOverride(URI.create(server.endpoint()))
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(S3Server.ACCESS_KEY, secret)))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private S3Bucket bucket() {
    return new S3Bucket(client, S3Server.BUCKET, prefix, PART_BYTES);
  }

  private Artifacts artifacts(Path data, long cacheBytes, long reserveBytes) throws IOException {
    return new S3Artifacts(bucket(), data, cacheBytes, reserveBytes);
  }

  @Override
  Artifacts artifacts(Path data, long reserveBytes) throws IOException {
    return artifacts(data, 1L << 30, reserveBytes);
  }

  private Path folder(String name) {
    return data.resolve(name);
  }

  @Test
  void anotherAggregatorFindsWhatOneHasKept() throws IOException {
    byte[] content = random(SEVERAL_PARTS, 1);

    Digest digest = keep(artifacts(folder("one"), 0), content);

    assertKept(artifacts(folder("another"), 0), digest, content);
    assertThat(server.objects()).contains(prefix + digest.hex());
  }

  @Test
  void whatWasFetchedIsThereWhileTheServerIsAwayAndNothingElse() throws Exception {
    Artifacts artifacts = artifacts();
    byte[] content = random(1_000, 2);
    Digest digest = keep(artifacts, content);
    Digest other = keep(artifacts(folder("other"), 0), random(1_000, 3));

    server.kill();
    try (Kept kept = artifacts.open(digest).orElseThrow()) {
      assertThat(kept.file()).hasBinaryContent(content);
    }
    Path file = Files.write(artifacts.temporary(), random(10, 4));
    assertThatThrownBy(() -> artifacts.open(other)).satisfies(S3ArtifactsTest::saysItIsAway);
    assertThatThrownBy(() -> artifacts.has(digest)).satisfies(S3ArtifactsTest::saysItIsAway);
    assertThatThrownBy(artifacts::requireReady).satisfies(S3ArtifactsTest::saysItIsAway);
    assertThatThrownBy(() -> artifacts.send(file, Digest.of(file)))
        .satisfies(S3ArtifactsTest::saysItIsAway);
    assertThat(bucket().refusal()).isEmpty();

    server.startAgain();
    artifacts.requireReady();
    assertKept(artifacts, other, random(1_000, 3));
    keep(artifacts, random(10, 4));
  }

  private static void saysItIsAway(Throwable error) {
    assertThat(error)
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("'" + S3Server.BUCKET + "'")
        .extracting("code")
        .isEqualTo("artifact-store-unavailable");
  }

  @Test
  void neverHandsOutADamagedObject() throws IOException {
    Digest digest = keep(artifacts(folder("one"), 0), random(1_000, 5));
    Files.write(server.file(prefix + digest.hex()), random(1_000, 6));

    Artifacts artifacts = artifacts();

    assertThatThrownBy(() -> artifacts.open(digest))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("restore it")
        .extracting("code")
        .isEqualTo("artifact-damaged");
  }

  @Test
  void fetchesAgainWhatACrashLeftDamagedOnThisDisk() throws IOException {
    byte[] content = random(1_000, 7);
    Digest digest = keep(artifacts(), content);
    try (Kept kept = artifacts().open(digest).orElseThrow()) {
      Files.write(kept.file(), new byte[10]);
    }
    // The folder of a process that lives is not used; this is what its end would do.
    Path fresh = folder("fresh");
    Files.createDirectories(fresh.resolve("cache/0"));
    Files.write(fresh.resolve("cache/0").resolve(digest.hex()), new byte[10]);

    assertKept(artifacts(fresh, 0), digest, content);
  }

  @Test
  void refusesWhatIsNotWhatItsDigestSays() throws IOException {
    Artifacts artifacts = artifacts();
    Path file = Files.write(artifacts.temporary(), random(10, 8));
    Digest wrong = Digest.of(random(10, 9));

    assertThatThrownBy(() -> artifacts.send(file, wrong))
        .isInstanceOf(KumiaiException.Unavailable.class);
    assertThat(artifacts.has(wrong)).isFalse();
  }

  @Test
  void removesFromThisDiskWhatWasNotUsedForLongestButNotWhatIsOpen() throws IOException {
    Path here = folder("here");
    Artifacts artifacts = artifacts(here, 2_500, 0);
    Digest first = keep(artifacts, random(1_000, 10));
    try (Kept open = artifacts.open(first).orElseThrow()) {
      Digest second = keep(artifacts, random(1_000, 11));
      Digest third = keep(artifacts, random(1_000, 12));

      assertThat(open.file()).exists();
      assertThat(open.file().resolveSibling(second.hex())).doesNotExist();
      assertThat(open.file().resolveSibling(third.hex())).exists();
    }
    assertKept(artifacts, Digest.of(random(1_000, 11)), random(1_000, 11));
  }

  @Test
  void saysAtTheStartThatTheBucketIsNotThere() {
    assertThat(new S3Bucket(client, "no-such-bucket", prefix, PART_BYTES).refusal()).isPresent();
    try (S3Client wrong = client("wrong-secret")) {
      assertThat(new S3Bucket(wrong, S3Server.BUCKET, prefix, PART_BYTES).refusal()).isPresent();
    }
    assertThat(bucket().refusal()).isEmpty();
  }
}
