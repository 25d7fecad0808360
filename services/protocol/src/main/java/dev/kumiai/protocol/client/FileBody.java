package dev.kumiai.protocol.client;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/// Writes a body to the end of a file as it comes. The JDK's own subscriber would report a full
/// disk as a broken connection.
final class FileBody implements BodySubscriber<byte[]> {

  private final FileChannel file;
  private final CompletableFuture<byte[]> end = new CompletableFuture<>();
  private @Nullable Subscription body;
  private boolean stopped;

  FileBody(FileChannel file) {
    this.file = file;
  }

  /// Writes nothing more from here on, whatever is still on its way through the HTTP client.
  synchronized void stop() {
    stopped = true;
    if (body != null) {
      body.cancel();
    }
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return end;
  }

  @Override
  public synchronized void onSubscribe(Subscription subscription) {
    body = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> buffers) {
    if (stopped) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
      }
    } catch (IOException e) {
      stop();
      end.completeExceptionally(
          new KumiaiException.StorageFull(
              "download-not-writable", "a downloaded model cannot be written: " + e.getMessage()));
    }
  }

  @Override
  public void onError(Throwable broken) {
    end.completeExceptionally(broken);
  }

  @Override
  public void onComplete() {
    end.complete(new byte[0]);
  }
}
