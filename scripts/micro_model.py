"""Llama 3 at micro size: its parameters, and a plain differentiable forward to train it."""

import math

import torch

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
# {folder of the fixtures: params.json}. The second is for ports without grouped-query attention.
MODELS = {
    "micro": MICRO,
    "micro-mha": {**MICRO, "n_kv_heads": MICRO["n_heads"]},
}

LAYER_TENSORS = (
    "attention.wq", "attention.wk", "attention.wv", "attention.wo",
    "feed_forward.w1", "feed_forward.w3", "feed_forward.w2", "attention_norm", "ffn_norm",
)
VOCABULARY_TENSORS = ("tok_embeddings.weight", "output.weight")


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
    dim, hidden = params["dim"], feed_forward_size(params)
    head_dim = dim // params["n_heads"]
    by_kind = {
        "tok_embeddings": (params["vocab_size"], dim),
        "output": (params["vocab_size"], dim),
        "wq": (params["n_heads"] * head_dim, dim),
        "wk": (params["n_kv_heads"] * head_dim, dim),
        "wv": (params["n_kv_heads"] * head_dim, dim),
        "wo": (dim, params["n_heads"] * head_dim),
        "w1": (hidden, dim),
        "w3": (hidden, dim),
        "w2": (dim, hidden),
    }
    return {name: by_kind.get(name.split(".")[-2], (dim,)) for name in tensor_names(params)}


def rms_norm(x, weight, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def rotation_table(length, head_dim, theta):
    """cos + i sin of position times frequency, [length, head_dim / 2]."""
    pairs = head_dim // 2
    freqs = 1.0 / theta ** (torch.arange(pairs, dtype=torch.float32) / pairs)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), freqs)
    return torch.polar(torch.ones_like(angles), angles)


def rotate(x, table):
    """Rotate neighbouring pairs of x [batch, length, heads, head_dim]."""
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * table[None, :, None]).flatten(3)


def attention(x, layer, table, params):
    """Grouped-query causal attention of normalised x [batch, length, dim], after wo."""
    batch, length, dim = x.shape
    heads, kv_heads = params["n_heads"], params["n_kv_heads"]
    head_dim = dim // heads

    def split(tensor, count):
        return (x @ layer[f"attention.{tensor}"].T).view(batch, length, count, head_dim)

    def shared(tensor):
        return tensor.transpose(1, 2).repeat_interleave(heads // kv_heads, 1)

    q = rotate(split("wq", heads), table).transpose(1, 2)
    k = shared(rotate(split("wk", kv_heads), table))
    v = shared(split("wv", kv_heads))
    mask = torch.full((length, length), float("-inf")).triu(1)
    weights = (q @ k.transpose(2, 3) / math.sqrt(head_dim) + mask).softmax(-1)
    return (weights @ v).transpose(1, 2).reshape(batch, length, dim) @ layer["attention.wo"].T


def feed_forward(x, layer):
    gate = torch.nn.functional.silu(x @ layer["feed_forward.w1"].T)
    return (gate * (x @ layer["feed_forward.w3"].T)) @ layer["feed_forward.w2"].T


def forward(weights, tokens, params):
    """Logits [batch, length, rows of the embedding table] for tokens [batch, length]."""
    eps = params["norm_eps"]
    x = weights["tok_embeddings.weight"][tokens]
    head_dim = params["dim"] // params["n_heads"]
    table = rotation_table(tokens.shape[1], head_dim, params["rope_theta"])
    for number in range(params["n_layers"]):
        layer = {name: weights[f"layers.{number}.{name}.weight"] for name in LAYER_TENSORS}
        x = x + attention(rms_norm(x, layer["attention_norm"], eps), layer, table, params)
        x = x + feed_forward(rms_norm(x, layer["ffn_norm"], eps), layer)
    return rms_norm(x, weights["norm.weight"], eps) @ weights["output.weight"].T
