"""Golden values for core.pilot from SciPy: python3 make_golden.py (in this folder)."""

import numpy as np
from scipy import optimize, stats

with open("student_t.csv", "w") as out:
    out.write("probability,degrees,quantile\n")
    for p in (0.51, 0.6, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.9999, 0.999999):
        for v in (1, 2, 3, 4, 5, 7, 9, 14, 19, 29, 49, 99, 199, 999):
            out.write(f"{p},{v},{stats.t.ppf(p, v):.17g}\n")

# Samples with their 95 % intervals, and the exact number of pairs for a two-sided t-test of a power
# of 0.8 (by the noncentral t distribution) if the sample's mean and deviation are true.
rng = np.random.default_rng(7)
with open("intervals.csv", "w") as out:
    out.write("numbers,mean,deviation,lower,upper,bound,exact_count\n")
    for n, mean, deviation in [(2, 0.05, 0.02), (3, 0.03, 0.02), (5, 0.06, 0.02), (5, 0.02, 0.015), (5, 0.0, 0.01), (8, 0.016, 0.02), (10, -0.02, 0.03), (20, 0.013, 0.01)]:
        x = rng.normal(mean, deviation, n)
        m, s = x.mean(), x.std(ddof=1)
        low, high = stats.t.interval(0.95, n - 1, loc=m, scale=s / np.sqrt(n))
        bound = 0.01

        def power(k):
            shift = abs(m - bound) / s * np.sqrt(k)
            t = stats.t.ppf(0.975, k - 1)
            return stats.nct.sf(t, k - 1, shift)

        exact = next(k for k in range(2, 5000) if power(k) >= 0.8)
        out.write(f"{' '.join(f'{v:.17g}' for v in x)},{m:.17g},{s:.17g},{low:.17g},{high:.17g},{bound},{exact}\n")
