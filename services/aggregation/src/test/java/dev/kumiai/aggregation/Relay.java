package dev.kumiai.aggregation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The network between a site and the aggregator: passes bytes on, and can keep the body of a
/// request back.
final class Relay implements AutoCloseable {

  private static final int BLOCK_BYTES = 8_192;
  private static final String END_OF_HEADER = "\r\n\r\n";

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile @Nullable String method;

  private Relay(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  static Relay to(URI aggregator) throws IOException {
    Relay relay =
        new Relay(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), aggregator.getPort());
    Thread.startVirtualThread(relay::accept);
    return relay;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /// Passes the header of the next request of that method on, and keeps its body back until
  /// [#release].
  void holdBodyOf(String wanted) {
    method = wanted;
  }

  /// Waits until a body is kept back.
  void awaitHeld() throws InterruptedException {
    held.await();
  }

  void release() {
    method = null;
    released.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket site = server.accept();
        open.add(site);
        connect(site);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket site) throws IOException {
    try {
      Socket aggregator = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(aggregator);
      Thread.startVirtualThread(() -> passRequests(site, aggregator));
      Thread.startVirtualThread(() -> passAnswers(aggregator, site));
    } catch (ConnectException e) {
      site.close();
    }
  }

  private void passRequests(Socket from, Socket to) {
    byte[] block = new byte[BLOCK_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      boolean hold = false;
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        int passed = 0;
        String wanted = method;
        if (wanted != null && !hold) {
          String text = new String(block, 0, read, StandardCharsets.ISO_8859_1);
          int end = text.indexOf(END_OF_HEADER);
          if (text.startsWith(wanted + " ") && end >= 0) {
            passed = end + END_OF_HEADER.length();
            out.write(block, 0, passed);
            hold = true;
          }
        }
        if (hold && passed < read) {
          held.countDown();
          released.await();
          hold = false;
        }
        out.write(block, passed, read - passed);
      }
    } catch (IOException e) {
      // One side is gone, and so is the other now.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void passAnswers(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // As above.
    }
  }

  @Override
  public void close() throws IOException {
    release();
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
