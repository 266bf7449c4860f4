"""Our own plain forward, written without the notebooks, to compare with the goldens.

Every step and every finer point is one formula on earlier values, with heads on the first axis. An
`Arithmetic` says where values are rounded and in which order sums are taken.
"""

import math
import os

import torch

import rope_scaling
from micro_model import head_dim, read_params


def load(folder):
    """(params, weights) of a checkpoint."""
    return read_params(folder), torch.load(os.path.join(folder, "consolidated.00.pth"))


def rope_formulas(arithmetic, params, positions):
    """{step id: formula} of the rotation tables and the mask."""
    a = arithmetic
    pairs = head_dim(params) // 2
    theta = torch.tensor(params["rope_theta"])
    return {
        "zero_to_one_split_into_64_parts": lambda v: torch.arange(pairs, dtype=a.dtype) / pairs,
        "freqs": lambda v: rope_scaling.of_model(a.frequencies(theta, v["zero_to_one_split_into_64_parts"]), params),
        "freqs_for_each_token": lambda v: torch.outer(positions.to(a.dtype), v["freqs"]),
        "freqs_cis": lambda v: a.rotation_table(v["freqs_for_each_token"]),
        "mask": lambda v: torch.full((len(positions),) * 2, -math.inf, dtype=a.dtype).triu(1),
    }


def pairs_of(x):
    return x.reshape(*x.shape[:-1], -1, 2)


def per_head(function, *stacks):
    return torch.stack([function(*heads) for heads in zip(*stacks)])


def head_formulas(arithmetic, params):
    """{step id: formula} of one layer's attention heads."""
    a = arithmetic
    group = params["n_heads"] // params["n_kv_heads"]

    def project(weights):
        return lambda v: per_head(lambda w: a.product(v["token_embeddings"], w), v[weights])

    return {
        "q_layer0_head0": lambda v: v["q_layer0"],
        "q_per_token": project("q_layer0_head0"),
        "q_per_token_split_into_pairs": lambda v: pairs_of(v["q_per_token"]),
        "q_per_token_as_complex_numbers": lambda v: torch.view_as_complex(
            v["q_per_token_split_into_pairs"]
        ),
        "q_per_token_as_complex_numbers_rotated": lambda v: a.rotate(
            v["q_per_token_as_complex_numbers"], v["freqs_cis"]
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
            a.rotate(v["k_per_token_as_complex_numbers"], v["freqs_cis"])
        ),
        "k_per_token_rotated": lambda v: v["k_per_token_split_into_pairs_rotated"].flatten(-2),
        **score_split(arithmetic, params).formulas(),
        "qk_per_token_after_masking": lambda v: v["qk_per_token"] + v["mask"],
        "qk_per_token_after_masking_after_softmax": lambda v: a.softmax(
            v["qk_per_token_after_masking"]
        ),
        "v_layer0_head0": lambda v: v["v_layer0"],
        "v_per_token": project("v_layer0_head0"),
        "qkv_attention": lambda v: per_head(
            lambda s, x: a.round(a.matmul(s, x)),
            v["qk_per_token_after_masking_after_softmax"],
            v["v_per_token"].repeat_interleave(group, 0),
        ),
    }


class Split:
    """A step with finer points: the formulas of its parts, and the formula that finishes it."""

    def __init__(self, id, parts, last):
        self.id = id
        self.parts = parts      # {finer id: formula}
        self.last = last        # formula of the step, on the values of its parts

    def formulas(self):
        """{id: formula} of the parts and of the whole step; the step computes its parts itself."""
        return {**self.parts, self.id: lambda v: self.last(run(self.parts, v))}


def norm_split(arithmetic, id, part, input_id, weight, eps):
    return Split(
        id,
        {part: lambda v: arithmetic.norm_before_weight(v[input_id], eps)},
        lambda v: arithmetic.round(v[part] * weight),
    )


def score_split(arithmetic, params):
    group = params["n_heads"] // params["n_kv_heads"]
    root = math.sqrt(head_dim(params))
    return Split(
        "qk_per_token",
        {"qk_per_token_before_scaling": lambda v: per_head(
            arithmetic.scores,
            v["q_per_token_rotated"], v["k_per_token_rotated"].repeat_interleave(group, 0),
        )},
        lambda v: arithmetic.scale(v["qk_per_token_before_scaling"], root),
    )


def feed_forward_split(arithmetic, weight):
    """The feed-forward layer; `weight` finds w1, w2 and w3."""
    a = arithmetic

    def through(name):
        return lambda v: a.product_inside(v["embedding_after_edit_normalized"], weight(f"feed_forward.{name}"))

    parts = {
        "feed_forward_gate": through("w1"),
        "feed_forward_gate_activated": lambda v: a.silu(v["feed_forward_gate"]),
        "feed_forward_up": through("w3"),
        "feed_forward_product": lambda v: a.round_inside(
            v["feed_forward_gate_activated"] * v["feed_forward_up"]
        ),
    }
    return Split(
        "output_after_feedforward", parts,
        lambda v: a.product(v["feed_forward_product"], weight("feed_forward.w2")),
    )


def weights_of_layer(arithmetic, weights, layer):
    """A function that maps the short name of a weight to the weight."""
    return lambda name: weights[f"layers.{layer}.{name}.weight"].to(arithmetic.dtype)


def layer_splits(arithmetic, params, weights, layer):
    """(attention norm, scores, feed-forward norm, feed-forward layer) of one layer."""
    a, eps = arithmetic, params["norm_eps"]
    weight = weights_of_layer(a, weights, layer)
    return (
        norm_split(a, "token_embeddings", "attention_norm_before_weight", "input",
                   weight("attention_norm"), eps),
        score_split(a, params),
        norm_split(a, "embedding_after_edit_normalized", "ffn_norm_before_weight",
                   "embedding_after_edit", weight("ffn_norm"), eps),
        feed_forward_split(a, weight),
    )


def layer_formulas(arithmetic, params, weights, layer):
    """{id: formula} of one layer; `v["input"]` is its input."""
    a = arithmetic
    weight = weights_of_layer(a, weights, layer)
    attention_norm, _, ffn_norm, feed_forward = layer_splits(a, params, weights, layer)

    def split(name, count):
        return lambda v: weight(f"attention.{name}").view(count, -1, params["dim"])

    return {
        **attention_norm.formulas(),
        "q_layer0": split("wq", params["n_heads"]),
        "k_layer0": split("wk", params["n_kv_heads"]),
        "v_layer0": split("wv", params["n_kv_heads"]),
        **head_formulas(a, params),
        "stacked_qkv_attention": lambda v: torch.cat(list(v["qkv_attention"]), -1),
        "w_layer0": lambda v: weight("attention.wo"),
        "embedding_delta": lambda v: a.product(v["stacked_qkv_attention"], v["w_layer0"]),
        "embedding_after_edit": lambda v: a.round(v["input"] + v["embedding_delta"]),
        **ffn_norm.formulas(),
        **feed_forward.formulas(),
        "layer_0_embedding": lambda v: a.round(
            v["embedding_after_edit"] + v["output_after_feedforward"]
        ),
    }


def last_split(arithmetic, params, weights):
    """The norm after the last layer."""
    weight = weights["norm.weight"].to(arithmetic.dtype)
    return norm_split(arithmetic, "final_embedding_normalized", "norm_before_weight",
                      "final_embedding", weight, params["norm_eps"])


def last_formulas(arithmetic, params, weights):
    """{id: formula} after the last layer; `v["input"]` is the output of that layer."""
    a = arithmetic

    def logits(v):
        last = v["final_embedding_normalized"][-1:]
        return a.product(last, weights["output.weight"].to(a.dtype))[0]

    return {
        "final_embedding": lambda v: v["input"],
        **last_split(a, params, weights).formulas(),
        "logits": logits,
        "next_token": lambda v: v["logits"].argmax(),
    }


def forward(tokens, params, weights, arithmetic):
    """{golden name: value} of a whole forward; each step is computed from our own earlier values."""
    values = {}
    tables = run(rope_formulas(arithmetic, params, torch.arange(len(tokens))), {})
    values.update(tables)
    x = weights["tok_embeddings.weight"][tokens].to(arithmetic.dtype)
    values["token_embeddings_unnormalized"] = x
    for layer in range(params["n_layers"]):
        formulas = layer_formulas(arithmetic, params, weights, layer)
        of_layer = run(formulas, {**tables, "input": x})
        values.update({f"layers.{layer}.{id}": of_layer[id] for id in formulas})
        x = of_layer["layer_0_embedding"]
    values.update(run(last_formulas(arithmetic, params, weights), {"input": x}))
    del values["input"]
    return values


def step_by_step(given, params, weights, arithmetic):
    """(golden name, value) of every step and finer point, each computed from the given values."""
    once = {name: value for name, value in given.items() if "." not in name}
    tables = rope_formulas(arithmetic, params, torch.arange(len(given["tokens"])))
    for id, formula in tables.items():
        yield id, formula(once)
    x = given["token_embeddings_unnormalized"]
    for layer in range(params["n_layers"]):
        values = {**once, **inside_layer(given, layer), "input": x}
        for id, formula in layer_formulas(arithmetic, params, weights, layer).items():
            yield f"layers.{layer}.{id}", formula(values)
        x = values["layer_0_embedding"]
    for id, formula in last_formulas(arithmetic, params, weights).items():
        yield id, formula({**once, "input": x})


def from_parts(given, params, weights, arithmetic):
    """(golden name, value) of the steps with finer points, each computed from its given parts."""
    for layer in range(params["n_layers"]):
        for split in layer_splits(arithmetic, params, weights, layer):
            yield f"layers.{layer}.{split.id}", split.last(inside_layer(given, layer))
    split = last_split(arithmetic, params, weights)
    yield split.id, split.last(given)


def inside_layer(values, layer):
    """{id: value} of one layer."""
    prefix = f"layers.{layer}."
    return {name[len(prefix):]: v for name, v in values.items() if name.startswith(prefix)}


def run(formulas, values):
    """Evaluate formulas in order, each on the results of earlier formulas."""
    values = dict(values)
    for id, formula in formulas.items():
        values[id] = formula(values)
    return values
