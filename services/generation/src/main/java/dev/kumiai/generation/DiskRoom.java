package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.ImageForm;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The room for generated samples on a site's disk.
///
/// @param folder on that disk; it is there
/// @param reserveBytes that stay free for the site's other work
record DiskRoom(Path folder, long reserveBytes) {

  /// A line of the manifest with a long prompt.
  private static final long LINE_BYTES = 1_024;

  /// Signature, header and checksums of a PNG.
  private static final long PNG_FRAME_BYTES = 128;

  private static final long FALLBACK_BLOCK_BYTES = 4_096;
  private static final long MEBIBYTE = 1L << 20;

  /// Below this a failed write was a full disk, whatever the system calls it.
  private static final long FULL_BYTES = 1L << 20;

  /// Requires that so many images of a form fit, each as large as a picture of noise.
  ///
  /// @throws KumiaiException.StorageFull `disk-too-small`
  void require(long images, ImageForm form) {
    try {
      FileStore disk = Files.getFileStore(folder);
      long usable = disk.getUsableSpace();
      long wanted = images * (onDisk(form, disk) + LINE_BYTES);
      if (wanted > usable - reserveBytes) {
        throw new KumiaiException.StorageFull(
            "disk-too-small",
            String.format(
                Locale.ROOT,
                "%d generated samples take up to %d MiB and the site's disk has %d MiB beside the reserve of %d MiB: make room, or lower the run's budget",
                images,
                mebibytes(wanted),
                Math.max(0, usable - reserveBytes) / MEBIBYTE,
                reserveBytes / MEBIBYTE));
      }
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "generated-set-not-written",
          "cannot tell how much room is left for generated samples: " + e.getMessage(),
          e);
    }
  }

  private static long onDisk(ImageForm form, FileStore disk) {
    // Deflate makes noise longer by 5 bytes in 32 KiB, and a filter byte begins each row.
    long png = PNG_FRAME_BYTES + form.values() + form.size() + form.values() / 1_024;
    long block = block(disk);
    return (png + block - 1) / block * block;
  }

  private static long block(FileStore disk) {
    try {
      return Math.max(1, disk.getBlockSize());
    } catch (IOException | UnsupportedOperationException _) {
      return FALLBACK_BLOCK_BYTES;
    }
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }

  /// What a failed write means: a full disk is told from one that cannot be written to.
  KumiaiException failure(IOException cause) {
    if (isFull(cause)) {
      return new KumiaiException.StorageFull(
          "disk-full",
          "the site's disk is full: make room, and the generated set goes on after the last batch that was stored");
    }
    return new KumiaiException.Unavailable(
        "generated-set-not-written",
        "cannot write generated samples (%s): let the worker write to generated/ in the site's data folder"
            .formatted(cause.getClass().getSimpleName()),
        cause);
  }

  private boolean isFull(IOException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return true;
    }
    try {
      return Files.getFileStore(folder).getUsableSpace() < FULL_BYTES;
    } catch (IOException _) {
      return false;
    }
  }
}
