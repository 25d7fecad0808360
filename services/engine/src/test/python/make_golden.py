"""Makes the golden files of the tests of dev.kumiai.engine.model with PyTorch, and the TorchScript modules they load.

Run it in this folder: python3 make_golden.py   (needs torch and safetensors)
"""

import io
import sys
import zipfile

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

sys.path.insert(0, "../../../benchmark")
from networks import Cnn, Mlp, ResNet20  # noqa: E402

FOLDER = "../resources/dev/kumiai/engine/model/"
SIZE, CHANNELS, CLASSES, IMAGES, STEPS = 20, 3, 5, 6, 4
RATE, MOMENTUM, DECAY, MU, CLIP = 0.05, 0.9, 5e-4, 0.1, 1.0


def pseudo(count, salt):
    """Numbers from 0 to 1 that Golden.java makes too."""
    index = torch.arange(count, dtype=torch.int64)
    return ((index * 1103515245 + salt * 7919 + 12345) % 2**31).double() / 2**31


def fill(model, first_salt=0):
    for salt, parameter in enumerate(model.parameters(), first_salt):
        spread = pseudo(parameter.numel(), salt).reshape(parameter.shape) - 0.5
        if parameter.dim() > 1:
            values = spread * 2 * (6 / (parameter.numel() / len(parameter))) ** 0.5
        else:
            values = spread * 0.2 + 0.5
        parameter.data.copy_(values)


def batch():
    pixels = (pseudo(IMAGES * CHANNELS * SIZE * SIZE, 99) * 256).floor()
    images = pixels.float().reshape(IMAGES, CHANNELS, SIZE, SIZE) / 127.5 - 1
    return images, torch.arange(IMAGES) % CLASSES


def train(model):
    """FedProx with the optimiser of PyTorch; all images are one batch."""
    images, labels = batch()
    trained = [p for p in model.parameters() if p.requires_grad]
    start = [p.detach().clone() for p in trained]
    optimizer = torch.optim.SGD(trained, lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        losses.append(loss.item())
        # An unused parameter has no gradient of the loss, and none of the term either.
        used = torch.autograd.grad(loss, trained, retain_graph=True, allow_unused=True)
        for p, s, g in zip(trained, start, used):
            if g is not None:
                loss = loss + MU / 2 * (p - s).square().sum()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, CLIP)
        optimizer.step()
    return sum(losses) / STEPS


RHO, BETA, ALPHA, MOON_MU, TEMPERATURE, ANOTHER = 0.05, 0.1, 0.1, 1.0, 0.5, 50


def features_of(model, images):
    """Features, the input of the last layer, and logits."""
    seen = []
    hook = model.fc.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    logits = model(images)
    hook.remove()
    return seen[0], logits


def moon(model, start, last):
    """Cross-entropy plus MOON's contrastive loss as its authors write it: a class to choose among two."""

    def loss(images, labels):
        z, logits = features_of(model, images)
        with torch.no_grad():
            near, _ = features_of(start, images)
            far, _ = features_of(last, images)
        pair = torch.stack([F.cosine_similarity(z, near), F.cosine_similarity(z, far)], 1) / TEMPERATURE
        return F.cross_entropy(logits, labels) + MOON_MU * F.cross_entropy(pair, torch.zeros(len(z), dtype=torch.int64))

    return loss


def decorrelation(z):
    z = (z - z.mean(0)) / (z.var(0) + 1e-8).sqrt()
    products = z.T @ z
    return products[~torch.eye(len(products), dtype=torch.bool)].square().mean() / len(z)


def decorr(model):
    def loss(images, labels):
        z, logits = features_of(model, images)
        return F.cross_entropy(logits, labels) + BETA * decorrelation(z)

    return loss


def descend(model, loss, momentum=MOMENTUM, correction=None, climb=0.0):
    """SGD on a loss, from which the gradient is clipped and then corrected; with climb, at a point uphill."""
    images, labels = batch()
    trained = list(model.parameters())
    optimizer = torch.optim.SGD(trained, lr=RATE, momentum=momentum, weight_decay=DECAY)
    for _ in range(STEPS):
        gradients = torch.autograd.grad(loss(images, labels), trained)
        if climb:
            here = [p.detach().clone() for p in trained]
            norm = torch.cat([g.flatten() for g in gradients]).norm()
            with torch.no_grad():
                for p, g in zip(trained, gradients):
                    p += climb * g / norm
            gradients = torch.autograd.grad(loss(images, labels), trained)
            with torch.no_grad():
                for p, value in zip(trained, here):
                    p.copy_(value)
        for p, g in zip(trained, gradients):
            p.grad = g.clone()
        nn.utils.clip_grad_norm_(trained, CLIP)
        if correction is not None:
            correction(trained)
        optimizer.step()


def plain(model):
    return lambda images, labels: F.cross_entropy(model(images), labels)


def vector(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()]).double()


def put(model, values):
    nn.utils.vector_to_parameters(values.float(), model.parameters())


def add(values):
    def correction(parameters):
        at = 0
        for p in parameters:
            p.grad += values(p, at).reshape(p.shape).float()
            at += p.numel()

    return correction


def two_rounds(method):
    """Two rounds of a method with memory; between them the global model moves halfway to the site's."""
    model = Cnn(CHANNELS, CLASSES)
    fill(model)
    x = vector(model)
    own, control, tensors = torch.zeros_like(x), torch.zeros_like(x), {}
    for number in (1, 2):
        start = vector(model)
        if method == "scaffold":
            shift = control - own
            descend(model, plain(model), 0, add(lambda p, at: shift[at : at + p.numel()]))
            change = (start - vector(model)) / (STEPS * RATE) - control
            own, control = own + change, control + change / 2
        else:
            descend(
                model,
                plain(model),
                MOMENTUM,
                add(lambda p, at: ALPHA * (p.detach().flatten() - start[at : at + p.numel()]) - own[at : at + p.numel()]),
            )
            own = own - ALPHA * (vector(model) - start)
        tensors |= after(f"{method}.{number}", model)
        tensors[f"{method}.{number}.remembered"] = own[-CLASSES:].float()
        tensors[f"{method}.{number}.control"] = control[-CLASSES:].float()
        put(model, (start + vector(model)) / 2)
    return tensors


def after(name, model):
    with torch.no_grad():
        return {name + ".after": F.log_softmax(model(batch()[0]), 1)}


def methods():
    def filled(salt=0):
        model = Cnn(CHANNELS, CLASSES)
        fill(model, salt)
        return model

    tensors = two_rounds("scaffold") | two_rounds("feddyn")
    model = filled()
    descend(model, moon(model, filled(), filled(ANOTHER)))
    tensors |= after("moon", model)
    model = filled()
    descend(model, decorr(model))
    tensors |= after("feddecorr", model)
    model = filled()
    descend(model, plain(model), climb=RHO)
    tensors |= after("fedsam", model)
    model = filled()
    descend(model, plain(model))
    tensors |= after("fedavg", model)
    z = (pseudo(6 * 5, 7) ** 2).reshape(6, 5)
    tensors["decorrelation.z"] = z.float()
    tensors["decorrelation.value"] = decorrelation(z.float().double()).float()
    return tensors


def golden(model):
    fill(model)
    images, _ = batch()
    with torch.no_grad():
        before = F.log_softmax(model(images), 1)
    loss = train(model)
    with torch.no_grad():
        after = F.log_softmax(model(images), 1)
    return {"before": before, "after": after, "loss": torch.tensor(loss, dtype=torch.float32)}


class Tiny(nn.Module):
    """A convolution, a parameter without dimensions, one that is frozen and one that is never used."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(CHANNELS, 4, 5, stride=3)
        self.norm = nn.GroupNorm(2, 4)
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.frozen = nn.Parameter(torch.ones(4), requires_grad=False)
        self.unused = nn.Parameter(torch.ones(2))
        self.fc = nn.Linear(4, CLASSES)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)) * self.scale).amax((2, 3))
        return self.fc(x + self.frozen)


class Dropping(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(CHANNELS * SIZE * SIZE, CLASSES)

    def forward(self, x):
        return self.fc(self.drop(x.flatten(1)))


class Statistics(nn.Module):
    def __init__(self, tracked):
        super().__init__()
        self.norm = nn.BatchNorm2d(CHANNELS, track_running_stats=tracked)
        self.fc = nn.Linear(CHANNELS, CLASSES)

    def forward(self, x):
        return self.fc(self.norm(x).mean((2, 3)))


class NothingToTrain(nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :5]


def save_module(module, name):
    """Leaves out the debug records, which hold the paths of this machine."""
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module), buffer)
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(FOLDER + name, "w") as file:
        for entry in whole.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                file.writestr(entry, whole.read(entry))


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    networks = {
        "mlp": Mlp(CHANNELS, SIZE, CLASSES),
        "cnn": Cnn(CHANNELS, CLASSES),
        "resnet20": ResNet20(CHANNELS, CLASSES),
        "tiny": Tiny(),
    }
    tensors = {}
    for name, model in networks.items():
        if name == "tiny":
            fill(model)
            save_module(model, "tiny.pt")
        tensors |= {f"{name}.{key}": value for key, value in golden(model).items()}
    for name, parameter in networks["tiny"].named_parameters():
        tensors["tiny.trained." + name] = parameter.detach().clone()
    tensors |= methods()
    save_file(tensors, FOLDER + "golden.safetensors", {"torch": torch.__version__})
    save_module(Dropping(), "dropping.pt")
    save_module(Statistics(True), "statistics.pt")
    save_module(Statistics(False), "no_statistics.pt")
    save_module(NothingToTrain(), "nothing_to_train.pt")


if __name__ == "__main__":
    main()
