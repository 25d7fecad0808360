"""Makes the functions of libtorch that DJL does not reach otherwise, for TorchFunction.java.

Run it in this folder with any PyTorch from 2.0 on: python3 functions.py
"""

import io
import zipfile

import torch
import torch.nn.functional as F


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


class Attention(torch.nn.Module):
    """Multi-head self-attention among the pixels of [samples, channels, height, width]."""

    def forward(
        self,
        x: torch.Tensor,
        heads: torch.Tensor,
        qkv_weight: torch.Tensor,
        qkv_bias: torch.Tensor,
        project_weight: torch.Tensor,
        project_bias: torch.Tensor,
    ) -> torch.Tensor:
        samples, channels, height, width = x.shape
        pixels = x.flatten(2).transpose(1, 2)
        qkv = F.linear(pixels, qkv_weight, qkv_bias)
        qkv = qkv.reshape(samples, height * width, 3, heads.size(0), -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
        joined = seen.transpose(1, 2).reshape(samples, height * width, channels)
        return F.linear(joined, project_weight, project_bias).transpose(1, 2).reshape(x.shape)


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
save(Attention(), "attention")
save(ToBfloat16(), "to_bfloat16")
