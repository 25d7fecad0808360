"""The networks of Architecture.java, as one would write them in Python."""

import torch.nn.functional as F
from torch import nn

GROUPS = 8


def convolution(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)


class Mlp(nn.Module):
    def __init__(self, channels, size, classes):
        super().__init__()
        self.fc1 = nn.Linear(channels * size * size, 200)
        self.fc2 = nn.Linear(200, 200)
        self.fc3 = nn.Linear(200, classes)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


class Cnn(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv1, self.norm1 = convolution(channels, 32), nn.GroupNorm(GROUPS, 32)
        self.conv2, self.norm2 = convolution(32, 64), nn.GroupNorm(GROUPS, 64)
        self.conv3, self.norm3 = convolution(64, 128), nn.GroupNorm(GROUPS, 128)
        self.fc = nn.Linear(128 * 4 * 4, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        x = F.relu(self.norm3(self.conv3(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 4).flatten(1))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.stride, self.missing = stride, outputs - inputs
        self.conv1, self.norm1 = convolution(inputs, outputs, stride), nn.GroupNorm(GROUPS, outputs)
        self.conv2, self.norm2 = convolution(outputs, outputs), nn.GroupNorm(GROUPS, outputs)

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        if self.stride > 1:
            half = self.missing // 2
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
        return F.relu(x + y)


class ResNet20(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv1, self.norm1 = convolution(channels, 16), nn.GroupNorm(GROUPS, 16)
        self.layer1 = nn.Sequential(*[ResidualBlock(16, 16, 1) for _ in range(3)])
        self.layer2 = nn.Sequential(ResidualBlock(16, 32, 2), *[ResidualBlock(32, 32, 1) for _ in range(2)])
        self.layer3 = nn.Sequential(ResidualBlock(32, 64, 2), *[ResidualBlock(64, 64, 1) for _ in range(2)])
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
