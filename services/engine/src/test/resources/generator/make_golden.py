"""Makes golden.safetensors: what PyTorch and NumPy compute for the parts of the image generator.

    pip install torch numpy safetensors && python3 make_golden.py

Written from the papers and PyTorch's documentation, not from the Java code: group_norm, gelu,
softmax, embedding_bag and PixelUnshuffle are PyTorch's own, DDIM is equation 12 of Song et al. 2021 in its
original form (noise prediction, products of alphas) in float64. Last made with torch 2.13.0, numpy 2.4.6.
"""

import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

torch.manual_seed(20231207)
torch.set_grad_enabled(False)
tensors = {}


def put(name, value):
    tensors[name] = np.ascontiguousarray(np.asarray(value, dtype=np.float32))
    return torch.from_numpy(tensors[name])


class Weights:
    """Random weights, kept under the names that a generator file uses."""

    def __init__(self, prefix):
        self.prefix = prefix

    def __call__(self, name, *shape):
        return put(f"{self.prefix}.{name}", torch.randn(shape).numpy() / math.sqrt(max(1, np.prod(shape[1:]))))

    def at(self, name):
        return Weights(f"{self.prefix}.{name}")


def conv(w, x, outputs, kernel, stride=1):
    return F.conv2d(x, w("weight", outputs, x.shape[1], kernel, kernel), w("bias", outputs), stride, kernel // 2)


def linear(w, x, outputs):
    return F.linear(x, w("weight", outputs, x.shape[1]), w("bias", outputs))


def norm(w, x, groups):
    return F.group_norm(x, groups, w("weight", x.shape[1]), w("bias", x.shape[1]), eps=1e-5)


def residual(w, x, vector, groups):
    channels = x.shape[1]
    h = conv(w.at("conv1"), F.gelu(norm(w.at("norm"), x, groups)), channels, 3)
    scale, shift = linear(w.at("modulation"), vector, 2 * channels).chunk(2, dim=1)
    h = F.group_norm(h, groups) * (1 + scale[:, :, None, None]) + shift[:, :, None, None]
    return x + conv(w.at("conv2"), F.gelu(h), channels, 3)


def attention(w, x, heads, groups):
    n, channels, height, width = x.shape
    pixels = norm(w.at("norm"), x, groups).flatten(2).mT
    qkv = F.linear(pixels, w("qkv_weight", 3 * channels, channels), w("qkv_bias", 3 * channels))
    q, k, v = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in qkv.chunk(3, dim=2))
    seen = torch.softmax(q @ k.mT / math.sqrt(channels // heads), dim=3) @ v
    joined = seen.transpose(1, 2).flatten(2)
    projected = F.linear(joined, w("project_weight", channels, channels), w("project_bias", channels))
    return x + projected.mT.unflatten(2, (height, width))


def condition(w, sinusoids, labels, classes, prompts, vocabulary, word_width):
    width = sinusoids.shape[1]
    time = linear(w.at("second"), F.gelu(linear(w.at("first"), sinusoids, width)), width)
    vector = time + F.embedding(labels, w("label.vectors", classes + 1, width))
    if vocabulary > 0:
        # Words one after the other, and where each prompt begins.
        words = torch.tensor([word for prompt in prompts for word in prompt])
        begins = torch.tensor([sum(map(len, prompts[:i])) for i in range(len(prompts))])
        table = w("words.vectors", vocabulary, word_width)
        bags = F.embedding_bag(words, table, begins, mode="sum")
        vector = vector + F.linear(bags, w("words.project.weight", width, word_width))
    return F.gelu(vector)


def sinusoids(times, width):
    """Sinusoidal embedding as in the DDPM code, of 1000 t, cosines first."""
    frequencies = torch.exp(-math.log(10_000) * torch.arange(width // 2, dtype=torch.float64) / (width // 2))
    angles = 1000 * torch.tensor(times, dtype=torch.float64)[:, None] * frequencies
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=1).float()


def stage(w, h, vector, level, levels, heads, groups):
    h = residual(w.at("first"), h, vector, groups)
    if level > 0:
        h = attention(w.at("attention"), h, heads, groups)
    if level == levels - 1:
        h = residual(w.at("second"), h, vector, groups)
    return h


def unet(w, z, times, labels, classes, widths, embedding, heads, groups, prompts=(), vocabulary=0, word_width=0):
    vector = condition(w.at("condition"), sinusoids(times, embedding), torch.tensor(labels), classes,
                       prompts, vocabulary, word_width)
    levels = len(widths)
    h = conv(w.at("stem"), z, widths[0], 3)
    seen = []
    for level in range(levels - 1):
        h = stage(w.at(f"down{level}"), h, vector, level, levels, heads, groups)
        seen.append(h)
        h = conv(w.at(f"halve{level}"), h, widths[level + 1], 3, stride=2)
    h = stage(w.at("middle"), h, vector, levels - 1, levels, heads, groups)
    for level in reversed(range(levels - 1)):
        # Unlike the Java code: first enlarge, then convolve.
        h = conv(w.at(f"narrow{level}"), F.interpolate(h, scale_factor=2, mode="nearest"), widths[level], 1)
        h = stage(w.at(f"up{level}"), h + seen.pop(), vector, level, levels, heads, groups)
    return conv(w.at("last"), F.gelu(norm(w.at("norm"), h, groups)), z.shape[1], 3)


def blocks():
    x = put("residual.x", torch.randn(4, 16, 6, 6))
    vector = put("residual.vector", torch.randn(4, 12))
    put("residual.y", residual(Weights("residual"), x, vector, groups=4))
    x = put("attention.x", torch.randn(3, 16, 5, 5))
    put("attention.y", attention(Weights("attention"), x, heads=2, groups=4))
    z = put("unet.z", torch.randn(3, 4, 8, 8))
    v = unet(Weights("unet"), z, times=[0.05, 0.5, 1.0], labels=[0, 2, 3], classes=3,
             widths=[8, 16, 24], embedding=16, heads=2, groups=4)
    put("unet.v", v)


def prompted():
    z = put("prompted.z", torch.randn(4, 4, 8, 8))
    v = unet(Weights("prompted"), z, times=[0.05, 0.3, 0.7, 1.0], labels=[0, 2, 3, 1], classes=3,
             widths=[8, 16], embedding=16, heads=2, groups=4,
             prompts=[[0, 4], [], [2], [1, 2, 3]], vocabulary=5, word_width=6)
    put("prompted.v", v)


def packing():
    pixels = torch.randint(0, 256, (3, 10, 10)).float()
    put("packing.pixels", pixels)
    padded = F.pad(pixels[None] / 127.5 - 1, (1, 1, 1, 1), mode="replicate")
    put("packing.packed", F.pixel_unshuffle(padded, 2)[0])


def ddim():
    """Samples of two Gaussians, whose noise is known in closed form, with guidance and clipping."""
    spread, means, scale, steps, start = 0.3, (0.5, -0.2), 3.0, 10, 0.9
    rng = np.random.default_rng(7)
    z = rng.standard_normal(64)
    put("ddim.z", z)
    z = z.astype(np.float32).astype(np.float64)

    def alpha_bar(t):
        return math.cos(math.pi / 2 * t) ** 2

    def noise(z, t, mean):
        a, b = math.sqrt(alpha_bar(t)), 1 - alpha_bar(t)
        x = mean + spread**2 * a / (a * a * spread**2 + b) * (z - a * mean)
        return (z - a * x) / math.sqrt(b)

    trajectory = []
    times = np.linspace(start, 0, steps + 1)
    for t, s in zip(times, times[1:]):
        with_class, without = noise(z, t, means[0]), noise(z, t, means[1])
        guided = (1 - scale) * without + scale * with_class
        x = np.clip((z - math.sqrt(1 - alpha_bar(t)) * guided) / math.sqrt(alpha_bar(t)), -1, 1)
        direction = (z - math.sqrt(alpha_bar(t)) * x) / math.sqrt(1 - alpha_bar(t))
        z = math.sqrt(alpha_bar(s)) * x + math.sqrt(max(0.0, 1 - alpha_bar(s))) * direction
        trajectory.append(z)
    put("ddim.trajectory", np.stack(trajectory))


blocks()
packing()
ddim()
prompted()
save_file(tensors, pathlib.Path(__file__).with_name("golden.safetensors"))
