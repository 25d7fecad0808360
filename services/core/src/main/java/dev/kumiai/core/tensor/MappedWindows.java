package dev.kumiai.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.List;

/// The data of a file, mapped as windows of buffers below 2 GiB. A window starts at a tensor, so
/// that only a tensor larger than a window lies in several of them.
///
/// There is no supported and memory-safe way to unmap a buffer: the garbage collector does it when
/// nothing refers to it any more.
final class MappedWindows {

  /// The largest multiple of 8 that a buffer can hold, so that no element lies in two windows.
  static final int MAX_BYTES = Integer.MAX_VALUE & -8;

  private final List<Window> windows = new ArrayList<>();

  /// A mapped part of the data.
  private record Window(long begin, ByteBuffer bytes) {
    long end() {
      return begin + bytes.capacity();
    }

    ByteBuffer slice(long from, long length) {
      return bytes.slice((int) (from - begin), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /// Consumes consecutive elements that lie in one window.
  @FunctionalInterface
  interface Part {
    void accept(ByteBuffer bytes, int elementsBefore, int elements);
  }

  /// Maps the tensors of `entries`, which lie one after the other.
  ///
  /// @param dataBegin where in the file the first one starts
  /// @param windowBytes at most [#MAX_BYTES]
  MappedWindows(
      FileChannel channel, long dataBegin, List<SafetensorsHeader.Entry> entries, int windowBytes)
      throws IOException {
    long begin = 0;
    long end = 0;
    for (SafetensorsHeader.Entry entry : entries) {
      if (entry.end() - begin > windowBytes) {
        map(channel, dataBegin, begin, end);
        begin = entry.begin();
      }
      while (entry.end() - begin > windowBytes) {
        map(channel, dataBegin, begin, begin + windowBytes);
        begin += windowBytes;
      }
      end = entry.end();
    }
    map(channel, dataBegin, begin, end);
  }

  private void map(FileChannel channel, long dataBegin, long begin, long end) throws IOException {
    if (end > begin) {
      windows.add(
          new Window(begin, channel.map(MapMode.READ_ONLY, dataBegin + begin, end - begin)));
    }
  }

  /// Hands over `length` elements of `size` bytes each, in as few parts as the windows allow.
  void read(long begin, int size, int length, Part part) {
    for (int done = 0; done < length; ) {
      long at = begin + (long) done * size;
      Window window = windowAt(at);
      int count = (int) Math.min(length - done, (window.end() - at) / size);
      part.accept(window.slice(at, (long) count * size), done, count);
      done += count;
    }
  }

  /// Whether so many bytes lie in one window.
  boolean inOneWindow(long begin, long bytes) {
    return bytes == 0 || windowAt(begin).end() - begin >= bytes;
  }

  /// A view of bytes that lie in one window.
  ByteBuffer view(long begin, long bytes) {
    return bytes == 0 ? ByteBuffer.allocate(0) : windowAt(begin).slice(begin, bytes);
  }

  private Window windowAt(long position) {
    int low = 0;
    int high = windows.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (windows.get(middle).begin <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return windows.get(low);
  }
}
