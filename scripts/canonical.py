"""bfloat16 arithmetic that does not depend on how one PyTorch version rounds.

Each bfloat16 operation is computed in float32 and rounded once. PyTorch 1.13 on a CPU rounds some
operations more than once, depending on their size.
"""

import torch
from torch.overrides import TorchFunctionMode

ROUNDED_ONCE = ("matmul", "mean", "rsqrt", "silu", "pow", "add", "mul")


class CanonicalBfloat16(TorchFunctionMode):
    """While active, every arithmetic operation on bfloat16 is computed in float32 and rounded once."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "").strip("_")
        if name in ROUNDED_ONCE and any(map(is_bfloat16, args)):
            widened = [a.float() if torch.is_tensor(a) else a for a in args]
            return func(*widened, **kwargs).to(torch.bfloat16)
        return func(*args, **kwargs)


def is_bfloat16(value):
    return torch.is_tensor(value) and value.dtype == torch.bfloat16
