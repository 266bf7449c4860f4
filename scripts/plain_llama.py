"""A plain forward of our own, written without the notebooks, to hold the goldens against.

Every step is one formula on the values of earlier steps, heads over the first axis. Values are held
in float32; `Arithmetic` says where they are rounded to bfloat16 and in which order sums are taken.
"""

import json
import math
import os

import torch


def load(folder):
    """(params, weights) of a checkpoint."""
    with open(os.path.join(folder, "params.json"), encoding="utf-8") as stream:
        params = json.load(stream)
    return params, torch.load(os.path.join(folder, "consolidated.00.pth"))


def to_bfloat16(x):
    return x.to(torch.bfloat16).float()


def unchanged(x):
    return x


def reversed_matmul(a, b):
    return a.flip(-1) @ b.flip(-2)


def sequential_matmul(a, b):
    total = a[..., :1] * b[:1]
    for k in range(1, b.shape[-2]):
        total = total + a[..., k:k + 1] * b[k:k + 1]
    return total


def double_matmul(a, b):
    return (a.double() @ b.double()).float()


class Arithmetic:
    """How the arithmetic is done.

    `round` ends every bfloat16 operation, `round_inside` those in the middle of a step.
    """

    def __init__(self, precision, matmul=torch.matmul, wide=False, rounds_inside=True):
        self.round = to_bfloat16 if precision == "bf16" else unchanged
        self.round_inside = self.round if rounds_inside else unchanged
        self.matmul = matmul
        self.wide = wide        # functions other than matmul in float64, rounded once to float32

    def apply(self, function, *values):
        """A function in float32, or in float64 and rounded to float32."""
        if not self.wide:
            return function(*values)
        result = function(*(value.double() for value in values))
        return result.to(torch.complex64 if result.is_complex() else torch.float32)

    def product(self, x, weight):
        """x times the transposed weight, rounded."""
        return self.round(self.matmul(x, weight.T))

    def rms_norm(self, x, weight, eps):
        inside = self.round_inside
        squares = inside(x.pow(2))
        mean = inside(self.apply(lambda s: s.mean(-1, keepdim=True), squares))
        scale = inside(self.apply(torch.rsqrt, inside(mean + eps)))
        return self.round(inside(x * scale) * weight)


def rope_formulas(arithmetic, params, positions):
    """{step id: formula} of the rotation tables."""
    pairs = params["dim"] // params["n_heads"] // 2
    theta = torch.tensor(params["rope_theta"])
    apply = arithmetic.apply
    return {
        "zero_to_one_split_into_64_parts": lambda v: torch.arange(pairs) / pairs,
        "freqs": lambda v: apply(lambda z: 1.0 / theta ** z, v["zero_to_one_split_into_64_parts"]),
        "freqs_for_each_token": lambda v: torch.outer(positions.float(), v["freqs"]),
        "freqs_cis": lambda v: apply(
            lambda angles: torch.polar(torch.ones_like(angles), angles), v["freqs_for_each_token"]
        ),
        "mask": lambda v: torch.full((len(positions),) * 2, -math.inf).triu(1),
    }


def pairs_of(x):
    return x.reshape(*x.shape[:-1], -1, 2)


def per_head(function, *stacks):
    return torch.stack([function(*heads) for heads in zip(*stacks)])


def head_formulas(arithmetic, params):
    """{step id: formula} of one layer's attention heads."""
    a = arithmetic
    group = params["n_heads"] // params["n_kv_heads"]
    root = math.sqrt(params["dim"] // params["n_heads"])

    def shared(stack):
        return stack.repeat_interleave(group, 0)

    def project(weights):
        return lambda v: per_head(lambda w: a.product(v["token_embeddings"], w), v[weights])

    return {
        "q_layer0_head0": lambda v: v["q_layer0"],
        "q_per_token": project("q_layer0_head0"),
        "q_per_token_split_into_pairs": lambda v: pairs_of(v["q_per_token"]),
        "q_per_token_as_complex_numbers": lambda v: torch.view_as_complex(
            v["q_per_token_split_into_pairs"]
        ),
        "q_per_token_as_complex_numbers_rotated": lambda v: (
            v["q_per_token_as_complex_numbers"] * v["freqs_cis"]
        ),
        "q_per_token_split_into_pairs_rotated": lambda v: torch.view_as_real(
            v["q_per_token_as_complex_numbers_rotated"]
        ),
        "q_per_token_rotated": lambda v: v["q_per_token_split_into_pairs_rotated"].flatten(-2),
        "k_layer0_head0": lambda v: v["k_layer0"],
        "k_per_token": project("k_layer0_head0"),
        "k_per_token_split_into_pairs": lambda v: pairs_of(v["k_per_token"]),
        "k_per_token_as_complex_numbers": lambda v: torch.view_as_complex(
            v["k_per_token_split_into_pairs"]
        ),
        "k_per_token_split_into_pairs_rotated": lambda v: torch.view_as_real(
            v["k_per_token_as_complex_numbers"] * v["freqs_cis"]
        ),
        "k_per_token_rotated": lambda v: v["k_per_token_split_into_pairs_rotated"].flatten(-2),
        "qk_per_token": lambda v: per_head(
            lambda q, k: a.matmul(q, k.T) / root,
            v["q_per_token_rotated"], shared(v["k_per_token_rotated"]),
        ),
        "qk_per_token_after_masking": lambda v: v["qk_per_token"] + v["mask"],
        "qk_per_token_after_masking_after_softmax": lambda v: a.round(
            a.apply(lambda s: s.softmax(-1), v["qk_per_token_after_masking"])
        ),
        "v_layer0_head0": lambda v: v["v_layer0"],
        "v_per_token": project("v_layer0_head0"),
        "qkv_attention": lambda v: per_head(
            lambda s, x: a.round(a.matmul(s, x)),
            v["qk_per_token_after_masking_after_softmax"], shared(v["v_per_token"]),
        ),
    }


def layer_formulas(arithmetic, params, weights, layer):
    """{step id: formula} of one layer; `v["input"]` is what enters it."""
    a, eps = arithmetic, params["norm_eps"]
    heads, kv_heads = params["n_heads"], params["n_kv_heads"]

    def weight(name):
        return weights[f"layers.{layer}.{name}.weight"].float()

    def split(name, count):
        return lambda v: weight(name).view(count, -1, params["dim"])

    def feed_forward(v):
        x, inside = v["embedding_after_edit_normalized"], a.round_inside
        gate = inside(a.matmul(x, weight("feed_forward.w1").T))
        up = inside(a.matmul(x, weight("feed_forward.w3").T))
        activated = inside(a.apply(torch.nn.functional.silu, gate))
        return a.product(inside(activated * up), weight("feed_forward.w2"))

    return {
        "token_embeddings": lambda v: a.rms_norm(v["input"], weight("attention_norm"), eps),
        "q_layer0": split("attention.wq", heads),
        "k_layer0": split("attention.wk", kv_heads),
        "v_layer0": split("attention.wv", kv_heads),
        **head_formulas(arithmetic, params),
        "stacked_qkv_attention": lambda v: torch.cat(list(v["qkv_attention"]), -1),
        "w_layer0": lambda v: weight("attention.wo"),
        "embedding_delta": lambda v: a.product(v["stacked_qkv_attention"], v["w_layer0"]),
        "embedding_after_edit": lambda v: a.round(v["input"] + v["embedding_delta"]),
        "embedding_after_edit_normalized": lambda v: a.rms_norm(
            v["embedding_after_edit"], weight("ffn_norm"), eps
        ),
        "output_after_feedforward": feed_forward,
        "layer_0_embedding": lambda v: a.round(
            v["embedding_after_edit"] + v["output_after_feedforward"]
        ),
    }


def last_formulas(arithmetic, params, weights):
    """{step id: formula} after the last layer; `v["input"]` is what leaves it."""
    a = arithmetic

    def logits(v):
        last = v["final_embedding_normalized"][-1:]
        return a.product(last, weights["output.weight"].float())[0]

    return {
        "final_embedding": lambda v: v["input"],
        "final_embedding_normalized": lambda v: a.rms_norm(
            v["final_embedding"], weights["norm.weight"].float(), params["norm_eps"]
        ),
        "logits": logits,
        "next_token": lambda v: v["logits"].argmax(),
    }


def forward(tokens, params, weights, arithmetic):
    """{golden name: value} of a whole forward, each step computed from our own earlier ones."""
    values = {}
    tables = run(rope_formulas(arithmetic, params, torch.arange(len(tokens))), {})
    values.update(tables)
    x = weights["tok_embeddings.weight"][tokens].float()
    values["token_embeddings_unnormalized"] = x
    for layer in range(params["n_layers"]):
        formulas = layer_formulas(arithmetic, params, weights, layer)
        of_layer = run(formulas, {**tables, "input": x})
        values.update({f"layers.{layer}.{id}": of_layer[id] for id in formulas})
        x = of_layer["layer_0_embedding"]
    values.update(run(last_formulas(arithmetic, params, weights), {"input": x}))
    del values["input"]
    return values


def run(formulas, values):
    """Evaluate formulas in order, each on the results of the earlier ones."""
    values = dict(values)
    for id, formula in formulas.items():
        values[id] = formula(values)
    return values
