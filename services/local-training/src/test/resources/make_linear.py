"""Makes linear.pt, the TorchScript model of LocalTrainingWorkTest: python make_linear.py"""

import torch


class Linear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(16 * 16, 8)

    def forward(self, images):
        return self.fc(images.flatten(1))


torch.manual_seed(1)
torch.jit.script(Linear()).save("linear.pt")
