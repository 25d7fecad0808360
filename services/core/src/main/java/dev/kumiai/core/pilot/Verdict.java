package dev.kumiai.core.pilot;

import java.util.List;

/// What a pilot comes to, with its reasons in sentences that a plant manager understands. The first
/// reason is the one that decides.
public sealed interface Verdict {

  List<String> reasons();

  /// Generation pays here.
  ///
  /// @param settings of the candidate that was best
  record Go(String settings, List<String> reasons) implements Verdict {
    public Go {
      reasons = List.copyOf(reasons);
    }
  }

  /// Generation does not pay here, or something simpler does as well.
  record NoGo(List<String> reasons) implements Verdict {
    public NoGo {
      reasons = List.copyOf(reasons);
    }
  }

  /// Nobody can tell yet.
  ///
  /// @param moreSeeds how many would probably settle it; 0 where something else is missing
  record Undecided(int moreSeeds, List<String> reasons) implements Verdict {
    public Undecided {
      reasons = List.copyOf(reasons);
    }
  }
}
