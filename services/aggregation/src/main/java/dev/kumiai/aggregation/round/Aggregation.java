package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Tensor;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@ApplicationScoped
class Aggregation {

  private final Models models;

  Aggregation(Models models) {
    this.models = models;
  }

  Digest aggregate(Run run, RunState.Aggregating state, List<Task> updates) throws IOException {
    List<ModelWeights> all = new ArrayList<>();
    List<Long> examples = new ArrayList<>();
    for (Task task : updates) {
      if (task.state() instanceof TaskState.Succeeded succeeded
          && succeeded.result() instanceof TaskResult.Update update) {
        all.add(SafetensorsFile.open(models.file(update.digest())).weights());
        examples.add(update.metadata().examples());
      }
    }
    long total = examples.stream().mapToLong(Long::longValue).sum();
    List<Tensor> mean = new ArrayList<>();
    for (Tensor first : all.getFirst().tensors()) {
      double[] sum = new double[(int) first.spec().elements()];
      for (int k = 0; k < all.size(); k++) {
        float[] values = all.get(k).get(first.spec().name()).toFloats();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += values[i] * (double) examples.get(k) / total;
        }
      }
      float[] floats = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        floats[i] = (float) sum[i];
      }
      mean.add(Tensor.ofFloats(first.spec().name(), first.spec().shape(), floats));
    }
    return models.write(ModelWeights.of(mean), Map.of());
  }
}
