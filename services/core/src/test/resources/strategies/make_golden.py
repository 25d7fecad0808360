"""Makes the golden file beside it: every strategy over several rounds, calculated with NumPy in float64.

    pip install safetensors numpy
    python3 make_golden.py

Written from the formulas of the papers and from nothing else. All strategies get the same changes of the same sites, with the
same examples, steps and losses; in each round the updates are the current model of the strategy plus these changes, rounded
to float32 as they would be in files. Models and states are rounded to float32 after each round for the same reason.

Tensors: `global`, `changes.<round>` of [sites, elements], `controls.<round>`, `examples`, `steps.<round>` (int64),
`losses.<round>`, and for every case `<case>.<round>` with the model after the round, and `<case>.<state>` after the last.
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

SITES, ALL_SITES, ELEMENTS, ROUNDS = 11, 16, 200, 3
random = np.random.default_rng(20231210)
f32 = lambda x: np.asarray(x, dtype=np.float32)
f64 = lambda x: np.asarray(x, dtype=np.float64)

start = f32(random.normal(size=ELEMENTS))
direction = random.normal(size=ELEMENTS) * 0.1
changes = [f32(direction + random.normal(size=(SITES, ELEMENTS)) * random.uniform(0.01, 0.2, (SITES, 1))) for _ in range(ROUNDS)]
for change in changes:
    change[3] *= 20  # two sites that lie
    change[7] *= -30
controls = [f32(random.normal(size=(SITES, ELEMENTS)) * 0.1) for _ in range(ROUNDS)]
examples = random.integers(1, 1_000, SITES)
steps = [random.integers(1, 60, SITES) for _ in range(ROUNDS)]
losses = [random.uniform(0.05, 3, SITES) for _ in range(ROUNDS)]
shares = f64(examples) / examples.sum()


class Round:
    def __init__(self, number, model, older):
        self.number, self.older = number, older
        self.model = f64(model)
        self.updates = f64(f32(model + changes[number]))
        self.changes = self.updates - self.model
        self.controls, self.steps, self.losses = f64(controls[number]), f64(steps[number]), losses[number]


def fedavg(r, state):
    return shares @ r.updates


def fedavgm(r, state, rate=0.7, beta=0.9):
    state["velocity"] = beta * state.get("velocity", 0) + shares @ r.changes
    return r.model + rate * state["velocity"]


def adaptive(variance, rate, beta1, tau):
    def step(r, state):
        d = shares @ r.changes
        state["momentum"] = beta1 * state.get("momentum", 0) + (1 - beta1) * d
        state["variance"] = variance(state.get("variance", np.full(ELEMENTS, tau**2)), d)
        return r.model + rate * state["momentum"] / (np.sqrt(state["variance"]) + tau)

    return step


fedadam = adaptive(lambda v, d: 0.99 * v + 0.01 * d**2, 0.1, 0.9, 1e-3)
fedyogi = adaptive(lambda v, d: v - 0.01 * d**2 * np.sign(v - d**2), 0.1, 0.9, 1e-3)
fedadagrad = adaptive(lambda v, d: v + d**2, 0.1, 0.0, 1e-3)


def fednova(rho):
    def step(r, state):
        a = []
        for t in r.steps:  # what each gradient weighs in the end: 1 + rho + rho^2 + ... for every later step
            a.append(sum(sum(rho**j for j in range(int(t) - i)) for i in range(int(t))))
        a = np.array(a, dtype=np.float64)
        return r.model + (shares @ a) * ((shares / a) @ r.changes)

    return step


def fedexp(r, state, epsilon=1e-3):
    mean = shares @ r.changes
    eta = max(1, (shares @ (r.changes**2).sum(1)) / (2 * ((mean**2).sum() + epsilon)))
    return r.model + eta * mean


def qfedavg(q, rate):
    def step(r, state):
        lipschitz = 1 / rate
        loss = r.losses + 1e-10
        w = -lipschitz * r.changes
        deltas = loss[:, None] ** q * w
        h = q * loss ** (q - 1) * (w**2).sum(1) + lipschitz * loss**q
        return r.model - deltas.sum(0) / h.sum()

    return step


def scaffold(r, state, rate=0.5):
    state["control"] = state.get("control", 0) + SITES / ALL_SITES * r.controls.mean(0)
    return r.model + rate * r.changes.mean(0)


def feddyn(r, state, alpha=0.05):
    state["h"] = state.get("h", 0) - alpha / ALL_SITES * r.changes.sum(0)
    return r.updates.mean(0) - state["h"] / alpha


def fedbuff(r, state, rate=0.9):
    """Every third update is from the model before."""
    step = np.zeros(ELEMENTS)
    for k in range(SITES):
        stale = k % 3 == 0 and r.number > 0
        base = f64(r.older[-1]) if stale else r.model
        update = f64(f32(base + changes[r.number][k]))
        step += (update - base) / np.sqrt(1 + stale)
    return r.model + rate * step / SITES


def median(r, state):
    return np.median(r.updates, axis=0)


def trimmed_mean(r, state, f=2):
    return np.sort(r.updates, axis=0)[f : SITES - f].mean(0)


def krum_scores(updates, f):
    d = ((updates[:, None] - updates[None]) ** 2).sum(2)
    count = max(2, len(updates) - f - 2)
    return np.array([np.sort(np.delete(d[i], i))[:count].sum() for i in range(len(updates))])


def krum(r, state, f=2):
    return r.updates[np.argmin(krum_scores(r.updates, f))]


def multi_krum(r, state, f=2, m=5):
    return r.updates[np.argsort(krum_scores(r.updates, f), kind="stable")[:m]].mean(0)


def bulyan(r, state, f=2):
    left, chosen = list(range(SITES)), []
    while len(chosen) < SITES - 2 * f:
        best = left[int(np.argmin(krum_scores(r.updates[left], f)))]
        left.remove(best)
        chosen.append(best)
    values = np.sort(r.updates[chosen], axis=0)
    distance = np.abs(values - np.median(values, axis=0))
    nearest = np.argsort(distance, axis=0, kind="stable")[: SITES - 4 * f]
    return np.take_along_axis(values, nearest, axis=0).mean(0)


def geometric_median(r, state, iterations=4, nu=1e-6):
    v = r.model
    for _ in range(iterations):
        b = shares / np.maximum(nu, np.linalg.norm(r.updates - v, axis=1))
        v = b @ r.updates / b.sum()
    return v


def norm_clipping(r, state, norm=3.0):
    return r.model + (shares * np.minimum(1, norm / np.linalg.norm(r.changes, axis=1))) @ r.changes


def centered_clipping(r, state, radius=2.0, iterations=3):
    v = state.get("center", np.zeros(ELEMENTS))
    for _ in range(iterations):
        d = r.changes - v
        v = v + (d * np.minimum(1, radius / np.linalg.norm(d, axis=1))[:, None]).mean(0)
    state["center"] = v
    return r.model + v


CASES = {
    "fedavg": fedavg,
    "fedavgm": fedavgm,
    "fedadam": fedadam,
    "fedyogi": fedyogi,
    "fedadagrad": fedadagrad,
    "fednova": fednova(0.0),
    "fednova-momentum": fednova(0.9),
    "fedexp": fedexp,
    "qfedavg": qfedavg(1.0, 0.1),
    "qfedavg-half": qfedavg(0.5, 0.01),
    "scaffold": scaffold,
    "feddyn": feddyn,
    "fedbuff": fedbuff,
    "median": median,
    "trimmed-mean": trimmed_mean,
    "krum": krum,
    "multi-krum": multi_krum,
    "bulyan": bulyan,
    "geometric-median": geometric_median,
    "norm-clipping": norm_clipping,
    "centered-clipping": centered_clipping,
}

golden = {"global": start, "examples": examples.astype(np.int64)}
for number in range(ROUNDS):
    golden[f"changes.{number}"] = changes[number]
    golden[f"controls.{number}"] = controls[number]
    golden[f"steps.{number}"] = steps[number].astype(np.int64)
    golden[f"losses.{number}"] = f32(losses[number])
    losses[number] = f64(f32(losses[number]))
for name, strategy in CASES.items():
    models, state = [start], {}
    for number in range(ROUNDS):
        models.append(f32(strategy(Round(number, models[-1], models[:-1]), state)))
        state = {key: f64(f32(value)) for key, value in state.items()}
        golden[f"{name}.{number}"] = models[-1]
    for key, value in state.items():
        golden[f"{name}.{key}"] = f32(value)

save_file(golden, Path(__file__).parent / "strategies.safetensors")
