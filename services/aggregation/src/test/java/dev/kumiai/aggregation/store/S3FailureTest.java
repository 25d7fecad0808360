package dev.kumiai.aggregation.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.KumiaiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What servers answer that cannot be had here on demand: a quota.
class S3FailureTest {

  private static SdkException answer(int status, String code) {
    return S3Exception.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .message("from http://inside.example with key AKIA")
        .build();
  }

  @ParameterizedTest
  @CsvSource({"403,QuotaExceeded", "507,XMinioStorageFull", "507,Whatever"})
  void aFullBucketSuspendsTheRun(int status, String code) {
    assertThat(S3Failure.of("guild", answer(status, code)))
        .isInstanceOf(KumiaiException.StorageFull.class)
        .hasMessageContaining("'guild'")
        .extracting("code")
        .isEqualTo("storage-full");
  }

  @ParameterizedTest
  @CsvSource({"500,InternalError", "503,SlowDown", "403,AccessDenied", "404,NoSuchBucket"})
  void everythingElseIsTriedAgain(int status, String code) {
    assertThat(S3Failure.of("guild", answer(status, code)))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("HTTP " + status)
        .hasMessageNotContainingAny("inside.example", "AKIA");
  }

  @Test
  void aServerThatDoesNotAnswerIsAway() {
    assertThat(S3Failure.of("guild", SdkClientException.create("no route to inside.example")))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("no answer");
  }
}
