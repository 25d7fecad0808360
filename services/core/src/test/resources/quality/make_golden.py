"""Makes the golden files beside it: measures and attacks, calculated with NumPy, SciPy and scikit-learn in float64.

    pip install safetensors numpy scipy scikit-learn
    python3 make_golden.py

Written from the formulas of the papers and from nothing else. `inputs.safetensors` has the float32 inputs: for every case
`<case>.real` and `<case>.generated` of [samples, dimensions], the losses `yeom.members` and `yeom.others`, and for LiRA
`lira.losses` of [models, samples], `lira.in` of the same shape (1 where the model was trained on the sample) and
`lira.attacked`. `expected.properties` has what they give, at full precision; several values are separated by commas.
"""

from pathlib import Path

import numpy as np
import scipy.linalg
from safetensors.numpy import save_file
from scipy.stats import norm
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors

HERE = Path(__file__).parent
random = np.random.default_rng(20231210)
inputs, expected = {}, {}


def note(key, *values):
    expected[key] = ",".join(repr(float(v)) for v in values)


def cloud(samples, dimensions, shift, scale):
    mix = random.normal(size=(dimensions, dimensions)) / np.sqrt(dimensions)
    return (random.normal(size=(samples, dimensions)) @ mix * scale + shift).astype(np.float32)


def symmetric_root(s):
    values, vectors = np.linalg.eigh(s)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


def frechet(a, b):
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    half = symmetric_root(s)
    product = np.maximum(np.linalg.eigvalsh(half @ t @ half), 0)
    difference = a.mean(0) - b.mean(0)
    return difference @ difference + np.trace(s) + np.trace(t) - 2 * np.sqrt(product).sum()


def frechet_by_sqrtm(a, b):
    """As in the code of the paper; for more samples than dimensions."""
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    difference = a.mean(0) - b.mean(0)
    return difference @ difference + np.trace(s) + np.trace(t) - 2 * np.trace(scipy.linalg.sqrtm(s @ t).real)


def mmd(a, b):
    kernel = lambda x, y: polynomial_kernel(x, y, degree=3, gamma=1 / x.shape[1], coef0=1)
    within = lambda x: (kernel(x, x).sum() - np.trace(kernel(x, x))) / len(x) / (len(x) - 1)
    return within(a) + within(b) - 2 * kernel(a, b).mean()


def mmd_error(a, b):
    blocks = min(10, min(len(a), len(b)) // 10)
    values = [mmd(a[i::blocks], b[i::blocks]) for i in range(blocks)]
    return np.std(values, ddof=1) / np.sqrt(blocks)


def radii(x, k):
    return NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x)[0][:, k]


def distances(a, b):
    return NearestNeighbors(n_neighbors=len(b)).fit(b).kneighbors(a, return_distance=True)


def inside(points, centres, k):
    """[points, centres]: whether each point lies in the ball of each centre."""
    distance, index = distances(points, centres)
    reach = radii(centres, k)
    result = np.zeros((len(points), len(centres)), dtype=bool)
    for p in range(len(points)):
        result[p, index[p]] = distance[p] <= reach[index[p]]
    return result


CASES = {
    "many": (cloud(220, 12, 0, 1), cloud(180, 12, 0.4, 1.2)),
    "few": (cloud(24, 40, 0, 1), cloud(21, 40, 0.3, 0.8)),
    "mixed": (cloud(120, 40, 0, 1), cloud(30, 40, -0.2, 1.1)),
}
for case, (real, generated) in CASES.items():
    inputs[f"{case}.real"], inputs[f"{case}.generated"] = real, generated
    real, generated = real.astype(np.float64), generated.astype(np.float64)
    note(f"{case}.frechet", frechet(real, generated))
    if len(generated) > generated.shape[1]:
        note(f"{case}.frechet-sqrtm", frechet_by_sqrtm(real, generated))
    note(f"{case}.kernel", mmd(real, generated), mmd_error(real, generated))
    within = inside(generated, real, 3)
    note(f"{case}.precision-recall", within.any(1).mean(), inside(real, generated, 3).any(1).mean())
    within = inside(generated, real, 5)
    note(f"{case}.density-coverage", within.sum() / 5 / len(generated), within.any(0).mean())
    nearest = distances(generated, real)[0][:, 0]
    note(f"{case}.closest", np.median(nearest), np.percentile(nearest, 5), np.median(radii(real, 1)))

members = random.gamma(1.0, 0.5, 300).astype(np.float32)
others = random.gamma(1.6, 0.6, 240).astype(np.float32)
members[:20] = others[:20]  # ties
inputs["yeom.members"], inputs["yeom.others"] = members, others
members, others = members.astype(np.float64), others.astype(np.float64)
truth = np.r_[np.ones(len(members)), np.zeros(len(others))]
scores = -np.r_[members, others]
false, true, _ = roc_curve(truth, scores, drop_intermediate=False)
threshold = members.mean()
note(
    "yeom",
    (members <= threshold).mean() - (others <= threshold).mean(),
    (true - false).max(),
    roc_auc_score(truth, scores),
    true[false <= 0.01].max(),
)

MODELS, SAMPLES = 16, 40
trained = np.stack([random.permutation(MODELS) < MODELS // 2 for _ in range(SAMPLES)], axis=1)
hardness = random.normal(size=SAMPLES)
draw = lambda is_in: np.log1p(np.exp(-(2.0 * is_in + hardness + random.normal(size=is_in.shape) * 0.7)))
losses = draw(trained.astype(float)).astype(np.float32)
attacked = draw((np.arange(SAMPLES) % 2).astype(float)).astype(np.float32)
inputs |= {"lira.losses": losses, "lira.in": trained.astype(np.int64), "lira.attacked": attacked}


def scaled(loss):
    p = np.exp(-loss.astype(np.float64))
    return np.log(p) - np.log1p(-p)


phi, target = scaled(losses), scaled(attacked)
pick = lambda s, is_in: phi[trained[:, s] == is_in, s]
for kind in ("per-sample", "shared"):
    deviation = {}
    for is_in in (True, False):
        variances = np.array([np.var(pick(s, is_in), ddof=1) for s in range(SAMPLES)])
        deviation[is_in] = np.sqrt(variances if kind == "per-sample" else np.full(SAMPLES, variances.mean()))
    mean = {is_in: np.array([pick(s, is_in).mean() for s in range(SAMPLES)]) for is_in in (True, False)}
    note(f"lira.online.{kind}", *(norm.logpdf(target, mean[True], deviation[True]) - norm.logpdf(target, mean[False], deviation[False])))
    # The paper's score is norm.cdf of this.
    note(f"lira.offline.{kind}", *((target - mean[False]) / deviation[False]))

save_file(inputs, HERE / "inputs.safetensors")
(HERE / "expected.properties").write_text("".join(f"{k}={v}\n" for k, v in expected.items()))
