package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import java.util.List;
import java.util.Set;

/// What a service does for its sites. All methods run on the one thread of the process's [Device].
public interface TaskWork {

  /// The kinds of task it can do.
  Set<TaskKind> kinds();

  /// What it tells the aggregator that the site holds, asked once when the site's loop starts;
  /// empty where that is for another service to tell.
  List<DatasetCounts> holdings(SiteId site, SiteFolder folder);

  /// Does one task.
  ///
  /// @throws KumiaiException.Unavailable and [KumiaiException.StorageFull] when another attempt may
  ///   succeed; the other kinds when it cannot, because the task, the data or the configuration is
  ///   wrong. Anything else thrown counts as a bug that another attempt may escape
  TaskResult perform(ClaimedTask task, Workbench bench);
}
