package dev.kumiai.protocol.client;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/// Brings one content-addressed file here. What arrives is kept in `<file>.part`, so that a broken
/// download goes on where it ended, even in another process; the file appears under its name only
/// when it has the right digest.
final class Download {

  private static final int PARTIAL_CONTENT = 206;
  private static final int OK = 200;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /// What processes lock that share a folder. It is no file that anybody reads: POSIX gives up a
  /// process's locks on a file as soon as it closes the file anywhere, and the piece that came is
  /// read to check its digest.
  private static final String GUARD = ".download.lock";

  /// File locks are between processes; this one is between the threads of this process.
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final AggregatorHttp http;
  private final Call call;
  private final Digest digest;

  Download(AggregatorHttp http, Call call, Digest digest) {
    this.http = http;
    this.call = call;
    this.digest = digest;
  }

  /// Does nothing when `target` is there already.
  void to(Path target) {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    ONE_AT_A_TIME.lock();
    try (FileChannel guard =
            FileChannel.open(
                target.resolveSibling(GUARD), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = guard.lock()) {
      if (Files.exists(target)) {
        Files.deleteIfExists(part);
        return;
      }
      try (FileChannel file =
          FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        fill(file, part);
        // Without this a power failure could leave a file of the right name and length that holds
        // zeros.
        file.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      throw new KumiaiException.Cancelled("stopped while downloading a model");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot store a model at " + target, e);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private void fill(FileChannel file, Path part) throws IOException {
    boolean resumed = file.size() > 0;
    receive(file);
    if (resumed && !digest.equals(Digest.of(part))) {
      // The piece that lay here was not of this file.
      file.truncate(0);
      receive(file);
    }
    if (!digest.equals(Digest.of(part))) {
      Files.delete(part);
      throw new KumiaiException.Unavailable(
          "download-digest-mismatch",
          "the aggregator sent other bytes than those of " + digest + "; they were thrown away",
          null);
    }
  }

  /// Tries until all has come or nothing comes any more: a try that moved bytes does not count as
  /// failed.
  private void receive(FileChannel file) throws IOException {
    for (int failures = 0; ; ) {
      long before = file.size();
      try {
        tryOnce(file, before);
        if (before == 0 || file.size() > 0) {
          return;
        }
      } catch (KumiaiException e) {
        boolean fromTheStart = before > 0 && file.size() == 0;
        failures = fromTheStart ? failures : file.size() > before ? 1 : failures + 1;
        if (!(fromTheStart || e instanceof KumiaiException.Unavailable)
            || failures >= http.timing().attempts()) {
          throw e;
        }
        http.timing().backoff().sleep(Math.max(failures, 1), ThreadLocalRandom.current());
      }
    }
  }

  private void tryOnce(FileChannel file, long offset) throws IOException {
    FileBody body = new FileBody(file.position(offset));
    try {
      http.once(
          from(offset).watching(() -> size(file)), answer -> receiver(answer, file, offset, body));
    } finally {
      body.stop();
    }
  }

  private Call from(long offset) {
    return offset == 0
        ? call
        : call.with("Range", "bytes=" + offset + "-")
            .with("If-Range", '"' + digest.toString() + '"');
  }

  /// Where the body of that answer goes. An answer that does not continue the piece that is here
  /// empties the file.
  private static BodySubscriber<byte[]> receiver(
      ResponseInfo answer, FileChannel file, long offset, FileBody body) {
    String range = answer.headers().firstValue("Content-Range").orElse("");
    switch (answer.statusCode()) {
      case PARTIAL_CONTENT -> {
        if (range.startsWith("bytes " + offset + "-")) {
          return body;
        }
        truncate(file);
        return BodySubscribers.replacing(new byte[0]);
      }
      case OK -> {
        truncate(file);
        return body;
      }
      case RANGE_NOT_SATISFIABLE -> truncate(file);
      default -> {}
    }
    return BodySubscribers.limiting(
        BodySubscribers.ofByteArray(), AggregatorHttp.MOST_ANSWER_BYTES);
  }

  private static void truncate(FileChannel file) {
    try {
      file.truncate(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(FileChannel file) {
    try {
      return file.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
