"""Simulated ports: whole forwards as honest and as mistaken implementations compute them."""

from dataclasses import dataclass, replace

import torch

import arithmetic
import goldens
import plain_llama
import port_tolerances
from arithmetic import ROUNDINGS, Arithmetic


class HuggingFace(Arithmetic):
    """Norms are float32 up to the weight. cos and sin, every product of the rotation and the scores
    are rounded.
    """

    def norm_before_weight(self, x, eps):
        return self.round(x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps))

    def rotation_table(self, angles):
        return self.round(super().rotation_table(angles))

    def rotate(self, x, table):
        r = self.round
        real = r(r(x.real * table.real) - r(x.imag * table.imag))
        return torch.complex(real, r(r(x.imag * table.real) + r(x.real * table.imag)))

    def scores(self, q, k):
        return self.round(super().scores(q, k))

    def scale(self, scores, root):
        return self.round(super().scale(scores, root))


class Meta(HuggingFace):
    """As Hugging Face, but the rotation is float32 and rounded once."""

    def rotation_table(self, angles):
        return Arithmetic.rotation_table(self, angles)

    def rotate(self, x, table):
        return self.round(x * table)


class NativeNotebook(Arithmetic):
    """PyTorch's own bfloat16 operations where the notebook has bfloat16."""

    def __init__(self):
        super().__init__("bf16", arithmetic.native_matmul)

    def norm_before_weight(self, x, eps):
        x = x.to(torch.bfloat16)
        return (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)).float()

    def silu(self, x):
        return torch.nn.functional.silu(x.to(torch.bfloat16)).float()

    def scores(self, q, k):
        return q @ k.T


class Double(Arithmetic):
    """float64 from end to end."""

    def __init__(self):
        super().__init__("fp32")
        self.dtype = torch.float64


class ExponentialFrequencies(Arithmetic):
    """exp(-z log(theta)) instead of 1 / theta ** z."""

    def frequencies(self, theta, exponents):
        return torch.exp(-exponents * torch.log(theta))


class SuccessiveFrequencies(Arithmetic):
    """Each frequency is the one before times theta ** (-1/n), as in ggml."""

    def frequencies(self, theta, exponents):
        factor = theta ** -exponents[1]
        return torch.stack([torch.ones(()), *factor.repeat(len(exponents) - 1)]).cumprod(0)


class Quantised(Arithmetic):
    """llama.cpp on quantised weights: inputs of products with weights in Q8_0, queries, keys and values in float16."""

    def __init__(self):
        super().__init__("fp32", narrow_inputs("fp16"))

    def product(self, x, weight):
        return arithmetic.in_blocks(x) @ weight.T

    def product_inside(self, x, weight):
        return self.product(x, weight)


def narrow_inputs(precision):
    """A product with rounded inputs and an unrounded sum: llama.cpp with narrow weights."""
    r = ROUNDINGS[precision]
    return lambda a, b: r(a) @ r(b)


def narrow_sums(precision, terms=8):
    """A product whose sum is rounded after every few terms: GPUs that accumulate in a narrow type."""
    r = ROUNDINGS[precision]

    def matmul(a, b):
        total = torch.zeros(())
        for k in range(0, b.shape[-2], terms):
            total = r(total + a[..., k:k + terms] @ b[k:k + terms])
        return total

    return matmul


@dataclass(frozen=True)
class Port:
    """One implementation; `precision` is the type that it claims to compute in."""

    name: str
    precision: str
    arithmetic: Arithmetic
    dumps: str = "fp32"         # the type to which it rounds its dump
    changes: tuple = ()         # wrong (name, value) pairs of params.json

    def dump(self, tokens, params, weights):
        """{golden name: tensor} of this port's dump, the article's own names included."""
        loaded = weights            # they are bfloat16 numbers, which only float16 changes
        if self.precision == "fp16":
            loaded = {name: ROUNDINGS["fp16"](w.float()) for name, w in weights.items()}
        values = plain_llama.forward(
            tokens, {**params, **dict(self.changes)}, loaded, self.arithmetic
        )
        rounded = {name: self.rounded(name, value) for name, value in values.items()}
        return {"tokens": tokens, **rounded, **goldens.first_heads(rounded)}

    def rounded(self, name, value):
        if value.dtype == torch.int64:
            return value
        value = value.to(torch.complex64 if value.is_complex() else torch.float32)
        whole = name in port_tolerances.EXACT or name in port_tolerances.TABLES
        return value if whole else ROUNDINGS[self.dumps](value)


def float32_ports():
    return [
        base_port("fp32"),
        Port("reversed sums", "fp32", Arithmetic("fp32", arithmetic.reversed_matmul)),
        Port("one term after the other", "fp32",
             Arithmetic("fp32", arithmetic.sequential_matmul)),
        Port("float64 inside", "fp32", Arithmetic("fp32", arithmetic.double_matmul, wide=True)),
        Port("float64, rounded when dumped", "fp32", Double()),
        Port("frequencies by exp", "fp32", ExponentialFrequencies("fp32")),
        Port("frequencies by factor", "fp32", SuccessiveFrequencies("fp32")),
    ]


def narrow_ports(precision):
    """Ports in bf16 or fp16."""
    inputs = narrow_inputs(precision)
    return [
        Port("rounded once per step", precision,
             Arithmetic(precision, rounds_inside=False), precision),
        base_port(precision),
        Port("Meta", precision, Meta(precision), precision),
        Port("float32, rounded when dumped", precision, Arithmetic("fp32"), precision),
        Port("narrow inputs of products", precision, Arithmetic("fp32", inputs)),
        Port("narrow inputs, rounded when dumped", precision, Arithmetic("fp32", inputs),
             precision),
    ]


def own_ports(precision):
    """Ports that exist for only one of the narrow types: the notebook's norm in float16 is a mistake, because squares overflow."""
    if precision == "fp16":
        return [Port("Hugging Face, sums in float16", "fp16",
                     HuggingFace("fp16", narrow_sums("fp16")), "fp16")]
    return [
        Port("as the notebook", "bf16", Arithmetic("bf16"), "bf16"),
        Port("as the notebook, other sums", "bf16",
             Arithmetic("bf16", arithmetic.sequential_matmul), "bf16"),
        Port("as the notebook, native", "bf16", NativeNotebook(), "bf16"),
        Port("Hugging Face, native", "bf16", HuggingFace("bf16", arithmetic.native_matmul), "bf16"),
    ]


def honest_ports(precision):
    if precision == "fp32":
        return float32_ports()
    if precision == "q8":
        return [base_port("q8")]
    return narrow_ports(precision) + own_ports(precision)


def base_port(precision):
    """The port that gets the mistakes."""
    if precision == "fp32":
        return Port("as PyTorch", "fp32", Arithmetic("fp32"))
    if precision == "q8":
        return Port("llama.cpp, inputs in Q8_0", "q8", Quantised())
    return Port("Hugging Face", precision, HuggingFace(precision), precision)


NARROW = ROUNDINGS["bf16"]
NORM = ("attention_norm_before_weight", "token_embeddings")
TABLES = ("freqs", "freqs_cis")
FEED_FORWARD = ("feed_forward_gate_activated", "output_after_feedforward")
# (mistake, the ids at which it shows first, its changes of params.json)
WRONG_PARAMS = [
    ("norm_eps 1e-6", NORM, {"norm_eps": 1e-6}),
    ("rope_theta 10000", TABLES, {"rope_theta": 10000.0}),
    ("rope_theta in bfloat16", TABLES, {"rope_theta": 499712.0}),
]
# (mistake, the ids at which it shows first, method, a function that makes the wrong method from the
# arithmetic and the right method)
WRONG_METHODS = [
    ("freqs in bfloat16", TABLES, "frequencies", lambda _, f: lambda *v: NARROW(f(*v))),
    ("angles in bfloat16", TABLES[1:], "rotation_table", lambda _, f: lambda v: f(NARROW(v))),
    ("gelu for silu", FEED_FORWARD, "silu",
     lambda a, _: lambda v: a.round_inside(torch.nn.functional.gelu(v))),
    ("softmax in bfloat16", ("qk_per_token_after_masking_after_softmax",), "softmax",
     lambda _, f: lambda v: NARROW(f(NARROW(v)))),
    ("scores / sqrt(head_dim - 1)", ("qk_per_token",), "scale",
     lambda _, f: lambda v, root: f(v, (root * root - 1) ** 0.5)),
]


def mistaken_ports(precision):
    """(port with one mild mistake, an id at which it shows first)."""
    for name, ids, changes in WRONG_PARAMS:
        port = replace(base_port(precision), name=name, changes=tuple(changes.items()))
        yield from ((port, id) for id in ids)
    for name, ids, method, wrong in WRONG_METHODS:
        port = replace(base_port(precision), name=name)
        right = getattr(port.arithmetic, method)
        setattr(port.arithmetic, method, wrong(port.arithmetic, right))
        yield from ((port, id) for id in ids)
