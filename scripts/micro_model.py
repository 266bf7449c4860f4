"""Llama 3 at micro size: its parameters, and a plain differentiable forward to train it."""

import json
import math
import os

import torch

import rope_scaling

MICRO = {
    "dim": 80,
    "n_layers": 3,
    "n_heads": 8,
    "n_kv_heads": 2,
    "vocab_size": 128256,
    "multiple_of": 32,
    "ffn_dim_multiplier": 1.3,
    "norm_eps": 1e-05,
    "rope_theta": 500000.0,
}
# Llama 3.2 1B in small: RoPE scaled by 32, a head_dim that is not dim / n_heads, tied embeddings. head_dim and rope_scaling_factor
# are fields of Meta's llama-models, which for 3.2 itself divides for the one and has a constant for the other; tie_word_embeddings is Hugging Face's.
MICRO_3_2 = {
    "dim": 256,
    "n_layers": 3,
    "n_heads": 8,
    "n_kv_heads": 2,
    "head_dim": 64,
    "vocab_size": 128256,
    "multiple_of": 256,
    "ffn_dim_multiplier": 1.0,
    "norm_eps": 1e-05,
    "rope_theta": 500000.0,
    "use_scaled_rope": True,
    "rope_scaling_factor": 32.0,
    "tie_word_embeddings": True,
}
# {folder of the fixtures: params.json}. The second is for ports without grouped-query attention.
MODELS = {
    "micro": MICRO,
    "micro-mha": {**MICRO, "n_kv_heads": MICRO["n_heads"]},
    "micro-3.2": MICRO_3_2,
}

# Of these there are fewer goldens (goldens.fewer): none that shows a weight, because their weights are large.
WITH_FEWER_GOLDENS = (MICRO_3_2,)

LAYER_TENSORS = (
    "attention.wq", "attention.wk", "attention.wv", "attention.wo",
    "feed_forward.w1", "feed_forward.w3", "feed_forward.w2", "attention_norm", "ffn_norm",
)
VOCABULARY_TENSORS = ("tok_embeddings.weight", "output.weight")


def read_params(folder):
    """The content of a checkpoint's params.json."""
    with open(os.path.join(folder, "params.json"), encoding="utf-8") as stream:
        return json.load(stream)


def is_tied(params):
    """Whether the output matrix is the embedding table."""
    return params.get("tie_word_embeddings", False)


def has_fewer_goldens(params):
    """Whether a capture leaves out what `goldens.fewer` says."""
    return params in WITH_FEWER_GOLDENS


def head_dim(params):
    """The length of one head's query, key or value."""
    return params.get("head_dim", params["dim"] // params["n_heads"])


def feed_forward_size(params):
    """The width of the feed-forward layer, by Meta's rule: 8/3 dim, scaled, rounded up."""
    hidden = int(params["ffn_dim_multiplier"] * int(2 * 4 * params["dim"] / 3))
    multiple = params["multiple_of"]
    return multiple * ((hidden + multiple - 1) // multiple)


def tensor_names(params):
    """The names of all weights, in the order of Meta's `consolidated.00.pth`."""
    layers = [
        f"layers.{layer}.{tensor}.weight"
        for layer in range(params["n_layers"])
        for tensor in LAYER_TENSORS
    ]
    return ["tok_embeddings.weight", *layers, "norm.weight", "output.weight"]


def tensor_shapes(params):
    """{name: shape} of all weights."""
    dim, hidden, length = params["dim"], feed_forward_size(params), head_dim(params)
    by_kind = {
        "tok_embeddings": (params["vocab_size"], dim),
        "output": (params["vocab_size"], dim),
        "wq": (params["n_heads"] * length, dim),
        "wk": (params["n_kv_heads"] * length, dim),
        "wv": (params["n_kv_heads"] * length, dim),
        "wo": (dim, params["n_heads"] * length),
        "w1": (hidden, dim),
        "w3": (hidden, dim),
        "w2": (dim, hidden),
    }
    return {name: by_kind.get(name.split(".")[-2], (dim,)) for name in tensor_names(params)}


def rms_norm(x, weight, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def rotation_table(length, params):
    """cos + i sin of position times frequency, [length, head_dim / 2]."""
    pairs = head_dim(params) // 2
    freqs = 1.0 / params["rope_theta"] ** (torch.arange(pairs, dtype=torch.float32) / pairs)
    freqs = rope_scaling.of_model(freqs, params)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), freqs)
    return torch.polar(torch.ones_like(angles), angles)


def rotate(x, table):
    """Rotate neighbouring pairs of x [batch, length, heads, head_dim]."""
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * table[None, :, None]).flatten(3)


def attention(x, layer, table, params):
    """Grouped-query causal attention of normalised x [batch, length, dim], after wo."""
    batch, length, _ = x.shape
    heads, kv_heads = params["n_heads"], params["n_kv_heads"]

    def split(tensor, count):
        return (x @ layer[f"attention.{tensor}"].T).view(batch, length, count, head_dim(params))

    def shared(tensor):
        return tensor.transpose(1, 2).repeat_interleave(heads // kv_heads, 1)

    q = rotate(split("wq", heads), table).transpose(1, 2)
    k = shared(rotate(split("wk", kv_heads), table))
    v = shared(split("wv", kv_heads))
    mask = torch.full((length, length), float("-inf")).triu(1)
    weights = (q @ k.transpose(2, 3) / math.sqrt(head_dim(params)) + mask).softmax(-1)
    return (weights @ v).transpose(1, 2).reshape(batch, length, -1) @ layer["attention.wo"].T


def feed_forward(x, layer):
    gate = torch.nn.functional.silu(x @ layer["feed_forward.w1"].T)
    return (gate * (x @ layer["feed_forward.w3"].T)) @ layer["feed_forward.w2"].T


def hidden_states(weights, tokens, params):
    """The embeddings of tokens [batch, length] before the first layer and after each layer: [batch, length, dim] each."""
    eps = params["norm_eps"]
    x = weights["tok_embeddings.weight"][tokens]
    table = rotation_table(tokens.shape[1], params)
    yield x
    for number in range(params["n_layers"]):
        layer = {name: weights[f"layers.{number}.{name}.weight"] for name in LAYER_TENSORS}
        x = x + attention(rms_norm(x, layer["attention_norm"], eps), layer, table, params)
        x = x + feed_forward(rms_norm(x, layer["ffn_norm"], eps), layer)
        yield x


def logits_of(weights, last, params):
    """Logits [batch, length, rows of the embedding table] from the output of the last layer."""
    return rms_norm(last, weights["norm.weight"], params["norm_eps"]) @ weights["output.weight"].T
