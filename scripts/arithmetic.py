"""The differences between honest implementations: where values are rounded, in which order sums are taken.

Values are held in float32 (or float64), also after they are rounded to a narrower type.
"""

import torch


def rounding_to(dtype):
    """A function that rounds to a narrow type; it rounds complex numbers by their parts."""
    def rounded(x):
        if x.is_complex():
            return torch.view_as_complex(rounded(torch.view_as_real(x)))
        return x.to(dtype).to(x.dtype)
    return rounded


def unchanged(x):
    return x


ROUNDINGS = {
    "fp32": unchanged,
    "bf16": rounding_to(torch.bfloat16),
    "fp16": rounding_to(torch.float16),
}


def in_blocks(x, size=32):
    """Whole numbers of 8 bits and a scale in float16 for each block of a row: ggml's Q8_0. The last block may be shorter."""
    blocks = torch.nn.functional.pad(x, (0, -x.shape[-1] % size)).unflatten(-1, (-1, size))
    scale = blocks.abs().amax(-1, keepdim=True) / 127
    whole = torch.where(scale > 0, blocks / scale, blocks).round()
    return (whole * scale.half().float()).flatten(-2)[..., :x.shape[-1]]


def reversed_matmul(a, b):
    return a.flip(-1) @ b.flip(-2)


def sequential_matmul(a, b):
    total = a[..., :1] * b[:1]
    for k in range(1, b.shape[-2]):
        total = total + a[..., k:k + 1] * b[k:k + 1]
    return total


def double_matmul(a, b):
    return (a.double() @ b.double()).float()


def native_matmul(a, b):
    """PyTorch's own bfloat16 product, with its own roundings."""
    return (a.to(torch.bfloat16) @ b.to(torch.bfloat16)).float()


class Arithmetic:
    """The arithmetic of the notebook. `round` ends every operation in bfloat16 at the end of a step,
    `round_inside` every one in the middle. Rotation, scores and softmax are float32.
    """

    def __init__(self, precision, matmul=torch.matmul, wide=False, rounds_inside=True):
        self.round = ROUNDINGS[precision]
        self.round_inside = self.round if rounds_inside else unchanged
        self.matmul = matmul
        self.wide = wide        # functions other than matmul run in float64 and round once to float32
        self.dtype = torch.float32

    def apply(self, function, *values):
        """Apply a function in float32, or in float64 with the result rounded to float32."""
        if not self.wide:
            return function(*values)
        result = function(*(value.double() for value in values))
        return result.to(torch.complex64 if result.is_complex() else torch.float32)

    def product(self, x, weight):
        """x times the transposed weight, rounded."""
        return self.round(self.matmul(x, weight.T))

    def product_inside(self, x, weight):
        """The same in the middle of a step."""
        return self.round_inside(self.matmul(x, weight.T))

    def norm_before_weight(self, x, eps):
        inside = self.round_inside
        squares = inside(x.pow(2))
        mean = inside(self.apply(lambda s: s.mean(-1, keepdim=True), squares))
        scale = inside(self.apply(torch.rsqrt, inside(mean + eps)))
        return inside(x * scale)

    def silu(self, x):
        return self.round_inside(self.apply(torch.nn.functional.silu, x))

    def frequencies(self, theta, exponents):
        return self.apply(lambda z: 1.0 / theta ** z, exponents)

    def rotation_table(self, angles):
        return self.apply(lambda a: torch.polar(torch.ones_like(a), a), angles)

    def rotate(self, x, table):
        return x * table

    def scores(self, q, k):
        return self.matmul(q, k.T)

    def scale(self, scores, root):
        return scores / root

    def softmax(self, scores):
        return self.round(self.apply(lambda s: s.softmax(-1), scores))
