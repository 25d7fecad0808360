"""The NumPy side of the strategies benchmark: the median and Krum's distances as one would write them in a few lines.

StrategiesBenchmark.java starts it with the folder of its updates and their number. Updates are stacked a million columns at a
time, which is what suits NumPy best; stacking is not measured.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

COLUMNS = 1_000_000


def weights(file):
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        begin, end = json.loads(opened.read(length))["weights"]["data_offsets"]
    return np.memmap(file, np.float32, "r", 8 + length + begin, (end - begin) // 4)


def median(x):
    return np.median(x, axis=0)


def distances_by_pairs(x):
    distances = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        for j in range(i):
            difference = x[i] - x[j]
            distances[i, j] = distances[j, i] = np.sum(difference * difference)
    return distances


def distances_by_gram_matrix(x):
    """Fast, but in float32 it loses distances that are small beside the norms."""
    gram = x @ x.T
    norms = np.diag(gram)
    return norms[:, None] + norms[None] - 2 * gram


def main():
    updates = [weights(Path(sys.argv[1]) / f"{i}.safetensors") for i in range(int(sys.argv[2]))]
    ways = [median, distances_by_pairs, distances_by_gram_matrix]
    seconds = dict.fromkeys(ways, 0.0)
    for begin in range(0, len(updates[0]), COLUMNS):
        x = np.stack([update[begin : begin + COLUMNS] for update in updates])
        for way in ways:
            start = time.perf_counter()
            way(x)
            seconds[way] += time.perf_counter() - start
    size = sum(update.nbytes for update in updates)
    for way in ways:
        print(f"NumPy {np.__version__} {way.__name__:26} {size / seconds[way] / 1e9:5.2f} GB/s", flush=True)


if __name__ == "__main__":
    main()
