package dev.kumiai.engine.generator;

import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.SteadyJvm;
import dev.kumiai.engine.data.ImageForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Generates batch after batch and prints the memory of the process in KiB after every ten.
final class ManyBatches {

  private static final int BATCH = 64;

  private ManyBatches() {}

  public static void main(String[] arguments) throws IOException {
    int tens = Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("many-batches");
    Path file = folder.resolve("tiny.safetensors");
    TinyGenerators.train(file, new ImageForm(12, 1), 20);
    GenerationRequest request =
        new GenerationRequest("dark", 10 * BATCH, new Guidance.Prompt(), 2.0, 4, 1);
    try (Generator generator = GeneratorFile.open(file).load(EngineDevice.cpu(1))) {
      for (int i = 0; i < tens; i++) {
        generator.generate(request, _ -> {}, Progress.SILENT);
        System.out.println(SteadyJvm.residentKib());
      }
    }
  }
}
