"""Makes the functions of libtorch that DJL does not reach otherwise, for TorchFunction.java.

Run it in this folder with any PyTorch from 2.0 on: python3 functions.py
"""

import io
import zipfile

import torch


class GroupNorm(torch.nn.Module):
    def forward(
        self,
        x: torch.Tensor,
        groups: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
    ) -> torch.Tensor:
        # DJL passes arrays only: the number of groups is the length of an empty one.
        return torch.group_norm(x, groups.size(0), weight, bias, 1e-5)


class ToBfloat16(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.to(torch.bfloat16)


def save(module, name):
    """Leaves out the debug records, which hold the paths of this machine."""
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module), buffer)
    path = f"../resources/dev/kumiai/engine/nn/{name}.pt"
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(path, "w") as file:
        for entry in whole.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                file.writestr(entry, whole.read(entry))


save(GroupNorm(), "group_norm")
save(ToBfloat16(), "to_bfloat16")
