package dev.kumiai.aggregation.store;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.client.AggregatorClient;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What an error of S3 means to us: no room, or try again later. Nothing that S3 answers makes a
/// run fail.
final class S3Failure {

  private static final int INSUFFICIENT_STORAGE = 507;

  /// What servers call a bucket that is full: Ceph, MinIO, Swift and others.
  private static final Set<String> FULL =
      Set.of(
          "QuotaExceeded",
          "XMinioStorageFull",
          "XMinioAdminBucketQuotaExceeded",
          "InsufficientStorage");

  private S3Failure() {}

  static KumiaiException of(String bucket, SdkException error) {
    if (error instanceof S3Exception refused && isFull(refused)) {
      return new KumiaiException.StorageFull(
          "storage-full",
          "the bucket '%s' takes no more: raise its quota or make room, and try again"
              .formatted(bucket));
    }
    return new KumiaiException.Unavailable(
        AggregatorClient.ARTIFACTS_AWAY,
        "the aggregator's bucket '%s' cannot be used (%s): try again in a moment"
            .formatted(bucket, reason(error)),
        error);
  }

  private static boolean isFull(S3Exception refused) {
    return refused.statusCode() == INSUFFICIENT_STORAGE
        || (refused.awsErrorDetails() != null
            && FULL.contains(String.valueOf(refused.awsErrorDetails().errorCode())));
  }

  /// Without the server's address and our key's name, which its messages may hold.
  private static String reason(SdkException error) {
    return error instanceof S3Exception refused ? "HTTP " + refused.statusCode() : "no answer";
  }
}
