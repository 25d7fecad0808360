package dev.kumiai.aggregation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A bad network between a site and the aggregator. What it does to a connection follows from a
/// seed and the connection's number.
final class FaultyNetwork implements AutoCloseable {

  /// What happens to a block of bytes on its way.
  enum Fault {
    /// It comes later.
    LATENCY(0.2),
    /// The connection is reset in both directions.
    RESET(0.01),
    /// A part of it arrives, then the connection ends in good order.
    TRUNCATION(0.01),
    /// An answer is on its way and never arrives: the site does not know what became of its
    /// request, and sends it again.
    LOST_ANSWER(0.02);

    private final double probability;

    Fault(double probability) {
      this.probability = probability;
    }
  }

  private static final int BLOCK_BYTES = 1_024;
  private static final long LONGEST_LATENCY_NANOS = 20_000_000;

  private final ServerSocket server;
  private final int target;
  private final SplittableRandom random;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<Fault, Long> happened = new ConcurrentHashMap<>();
  private volatile boolean calm = true;

  private FaultyNetwork(ServerSocket server, int target, long seed) {
    this.server = server;
    this.target = target;
    this.random = new SplittableRandom(seed);
  }

  static FaultyNetwork to(URI aggregator, long seed) throws IOException {
    FaultyNetwork network =
        new FaultyNetwork(
            new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), aggregator.getPort(), seed);
    Thread.startVirtualThread(network::accept);
    return network;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /// From now on faults happen, or do not.
  void calm(boolean quiet) {
    calm = quiet;
  }

  long happened(Fault fault) {
    return happened.getOrDefault(fault, 0L);
  }

  private void accept() {
    try {
      while (true) {
        Socket site = server.accept();
        Socket aggregator = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(site);
        open.add(aggregator);
        SplittableRandom up = random.split();
        SplittableRandom down = random.split();
        Thread.startVirtualThread(() -> pass(site, aggregator, false, up));
        Thread.startVirtualThread(() -> pass(aggregator, site, true, down));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to, boolean answers, SplittableRandom draw) {
    byte[] block = new byte[BLOCK_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        if (happens(Fault.LATENCY, draw)) {
          LockSupport.parkNanos(draw.nextLong(LONGEST_LATENCY_NANOS));
        }
        if ((answers && happens(Fault.LOST_ANSWER, draw)) || happens(Fault.RESET, draw)) {
          from.setSoLinger(true, 0);
          to.setSoLinger(true, 0);
          return;
        }
        if (happens(Fault.TRUNCATION, draw)) {
          out.write(block, 0, draw.nextInt(read));
          return;
        }
        out.write(block, 0, read);
      }
    } catch (IOException e) {
      // One side is gone, and so is the other now.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private boolean happens(Fault fault, SplittableRandom draw) {
    if (calm || draw.nextDouble() >= fault.probability) {
      return false;
    }
    happened.merge(fault, 1L, Long::sum);
    return true;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
