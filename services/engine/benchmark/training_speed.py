"""The PyTorch side of the training speed benchmark. TrainingSpeedBenchmark.java starts it; it reads `<network> <steps>` lines
and answers each with the seconds that so many training steps took: on the wall clock, then of the processor.
"""

import sys
import time

import torch
import torch.nn.functional as F
from networks import Cnn, ResNet20


def train(model, optimizer, images, labels, steps, batch_size):
    order = torch.randperm(len(images))
    at = 0
    for _ in range(steps):
        if at + batch_size > len(images):
            order, at = torch.randperm(len(images)), 0
        batch = order[at : at + batch_size]
        at += batch_size
        x = images[batch].float().div_(127.5).sub_(1)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), labels[batch])
        loss.backward()
        optimizer.step()
        loss.item()


def main():
    threads, image_count, channels, size, classes, batch_size = map(int, sys.argv[1:])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    images = torch.randint(0, 256, (image_count, channels, size, size), dtype=torch.uint8)
    labels = torch.randint(0, classes, (image_count,))
    models = {"CNN": Cnn(channels, classes), "RESNET20": ResNet20(channels, classes)}
    optimizers = {
        name: torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
        for name, model in models.items()
    }
    print("PyTorch", torch.__version__, flush=True)
    for line in sys.stdin:
        name, steps = line.split()
        wall, processor = time.perf_counter(), time.process_time()
        train(models[name], optimizers[name], images, labels, int(steps), batch_size)
        print(time.perf_counter() - wall)
        print(time.process_time() - processor, flush=True)


if __name__ == "__main__":
    main()
