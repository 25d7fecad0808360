package dev.kumiai.generation.remote;

import dev.kumiai.core.Cost;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.data.EncodedImage;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.generation.policy.OutgoingText;
import dev.kumiai.generation.policy.PolicyGate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// Samples by an image service. Each is one request with its own prompt, scrubbed by the site's
/// policy; some are under way at a time, and they are handed over in order.
///
/// Even where a service takes seeds, the same request need not bring the same image again: services
/// change their models. A set of them can be gone on with, but not made anew bit for bit.
final class RemoteGenerator implements Generator {

  private final RemoteService service;
  private final PolicyGate gate;
  private final ImageForm form;
  private final Meter meter;

  RemoteGenerator(RemoteService service, PolicyGate gate, ImageForm form, Meter meter) {
    this.service = service;
    this.gate = gate;
    this.form = form;
    this.meter = meter;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(new Capabilities.Open(), form, Set.of(Guidance.Kind.PROMPT), true);
  }

  /// As many as are under way at a time: what an interruption loses has been paid for.
  @Override
  public int batch() {
    return service.parallel();
  }

  @Override
  public Cost cost() {
    return meter.cost();
  }

  @Override
  public void generate(
      GenerationRequest request, Consumer<LabelledImages> sink, Progress progress) {
    if (!(request.guidance() instanceof Guidance.Prompt)) {
      throw new KumiaiException.Invalid(
          "generator-guidance-unsupported",
          "a remote generator never sees a real sample: choose the guidance PROMPT");
    }
    meter.book(request.count());
    List<Booking> bookings =
        Stream.generate(() -> new Booking(meter)).limit(request.count()).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        ask(request, bookings, threads, sink, progress);
      } finally {
        // After a failure nobody wants the others any more.
        threads.shutdownNow();
      }
    } finally {
      meter.takeBack((int) bookings.stream().filter(Booking::isOpen).count());
    }
  }

  private void ask(
      GenerationRequest request,
      List<Booking> bookings,
      ExecutorService threads,
      Consumer<LabelledImages> sink,
      Progress progress) {
    Deque<Future<byte[]>> underWay = new ArrayDeque<>();
    int asked = 0;
    for (int made = 0; made < request.count(); made++) {
      while (asked < request.count() && underWay.size() < service.parallel()) {
        underWay.add(ask(request, asked, bookings.get(asked), threads));
        asked++;
      }
      progress.report((double) made / request.count(), "waiting for " + service);
      sink.accept(image(take(underWay.remove()), request.label()));
    }
  }

  private Future<byte[]> ask(
      GenerationRequest request, int offset, Booking booking, ExecutorService threads) {
    int index = request.first() + offset;
    OutgoingText text = gate.scrub(words(prompt(request, index)));
    int seed =
        (int) new RunSeed(request.seed()).derive("remote", index, request.label())
            & Integer.MAX_VALUE;
    return threads.submit(() -> service.ask(gate, text, seed, booking, meter));
  }

  private static Prompt prompt(GenerationRequest request, int index) {
    IntFunction<Prompt> prompts = request.prompts();
    if (prompts == null) {
      throw new KumiaiException.Invalid(
          "remote-prompts-missing",
          "a remote generator is told in words alone what to make: give the run prompts");
    }
    return prompts.apply(index);
  }

  /// The protocol has no field for what a picture must not show.
  private static String words(Prompt prompt) {
    return prompt.negative().isEmpty()
        ? prompt.text()
        : "%s. Not in the picture: %s".formatted(prompt.text(), prompt.negative());
  }

  private static byte[] take(Future<byte[]> future) {
    try {
      return future.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("stopped while images were on their way");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private LabelledImages image(byte[] file, String label) {
    return LabelledImages.of(
        List.of(label),
        form,
        List.of(EncodedImage.decode(file, form).orElseThrow(service.errors()::noImage)),
        new int[1]);
  }

  /// The service outlives the generator.
  @Override
  public void close() {}
}
