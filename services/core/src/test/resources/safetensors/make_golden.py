"""Makes the golden files beside it with the reference library.

    pip install safetensors torch numpy
    python3 make_golden.py

Values are chosen so that every format holds them exactly; the tests repeat them.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

here = Path(__file__).parent

save_file(
    {
        "層.重み": torch.arange(-3, 9, dtype=torch.float32).reshape(3, 4) / 4,
        "bias": torch.tensor([1.5, -0.0, 3.4028234663852886e38, 1e-45], dtype=torch.float32),
        "half": torch.tensor([[65504.0, 6e-8], [-1.5, 0.25]], dtype=torch.float16),
        "brain": torch.tensor([3.140625, -1e38, 2.0**-126], dtype=torch.bfloat16),
        "steps": torch.tensor([2**62, -1], dtype=torch.int64),
        "scalar": torch.tensor(42.5, dtype=torch.float32),
        "scalar.count": torch.tensor(7, dtype=torch.int64),
        "empty": torch.zeros((0, 5), dtype=torch.float32),
        'quoted "name" \\ \t\x01': torch.tensor([1.0]),
    },
    here / "python-torch.safetensors",
    metadata={"trained on": 'plant "é" \n 組合'},
)

save_file({}, here / "python-no-tensors.safetensors")
