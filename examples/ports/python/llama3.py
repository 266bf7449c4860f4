"""Llama 3 in numpy: the forward pass of the notebook "Llama 3 from scratch", every step dumped under its name.

    python3 llama3.py CHECKPOINT_DIR DUMP_DIR

`llama3verify copy CHECKPOINT_DIR --format npz` writes the checkpoint, `llama3verify check DUMP_DIR` judges the dump. Both take --model micro-3.2.
LLAMA3_BREAK=rope_half_split, eps_1e-6, cache_pos_plus1 or rope_scaling_ignored makes a classic mistake, to see what check says of it.

After the prompt it goes on with what prompt.json says under "decode", pass by pass, with a cache: decode.0.…, decode.1.…
T is the number of tokens that are computed, S that of all tokens so far. Whatever belongs to heads has them on its first axis.
"""

import json
import math
import os
import sys
from pathlib import Path

import numpy as np

BREAK = os.environ.get("LLAMA3_BREAK")


class Dump:
    """A folder with one .npy file for each tensor. Calling it saves a tensor and hands it back."""

    def __init__(self, folder, prefix=""):
        self.folder, self.prefix = Path(folder), prefix
        self.folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, name, tensor):
        np.save(self.folder / f"{self.prefix}{name}.npy", np.asarray(tensor, order="C"))
        return tensor

    def layer(self, n):
        return Dump(self.folder, f"{self.prefix}layers.{n}.")


def normalize(x, norm_eps):
    """[T, dim] → [T, dim]: every row brought to root-mean-square 1."""
    eps = 1e-6 if BREAK == "eps_1e-6" else norm_eps
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)


class Cache:
    """The keys and values of all tokens so far: of each layer [n_kv_heads, S, head_dim]."""

    def __init__(self):
        self.kept, self.length = {}, 0

    def append(self, name, layer, rows):
        """[n_kv_heads, T, head_dim] → [n_kv_heads, S, head_dim]"""
        self.kept[name, layer] = np.concatenate([self.kept.get((name, layer), rows[:, :0]), rows], axis=1)
        return self.kept[name, layer]


def positions(tokens, cache):
    """[T]: after the tokens that are in the cache."""
    too_far = 1 if BREAK == "cache_pos_plus1" and cache.length > 0 else 0
    return np.arange(len(tokens)) + cache.length + too_far


def head_dim_of(params):
    return params.get("head_dim", params["dim"] // params["n_heads"])


def scale(freqs, params):
    """As in Llama 3.1 and later: pairs that turn less than once in 8192 positions turn slower by a factor, those between once and four times a little."""
    if not params.get("use_scaled_rope") or BREAK == "rope_scaling_ignored":
        return freqs
    turns = 8192 * freqs / (2 * math.pi)
    kept = np.clip((turns - 1) / (4 - 1), 0, 1)
    return (kept * freqs + (1 - kept) * freqs / params.get("rope_scaling_factor", 8)).astype(np.float32)


def rotations(positions, params, dump):
    """[T, head_dim/2] complex numbers of length 1: how far each pair turns at each position."""
    pairs = head_dim_of(params) // 2
    parts = dump("zero_to_one_split_into_64_parts", np.arange(pairs, dtype=np.float32) / pairs)
    freqs = dump("freqs", scale(1 / params["rope_theta"]**parts, params))
    angles = dump("freqs_for_each_token", np.outer(positions.astype(np.float32), freqs))
    return dump("freqs_cis", np.exp(1j * angles))


def split_into_heads(weight, heads):
    """[heads · head_dim, dim] → [heads, head_dim, dim]"""
    return weight.reshape(heads, -1, weight.shape[1])


def project(x, weight):
    """[T, in] and [out, in] → [T, out]; with [heads, out, in] → [heads, T, out]."""
    return x @ weight.swapaxes(-1, -2)


def split_into_pairs(x):
    """[heads, T, head_dim] → [heads, T, head_dim/2, 2]: neighbours are a pair."""
    if BREAK == "rope_half_split":
        return np.stack(np.split(x, 2, axis=-1), axis=-1)
    return x.reshape(*x.shape[:-1], -1, 2)


def join_pairs(pairs):
    """[heads, T, head_dim/2, 2] → [heads, T, head_dim]"""
    if BREAK == "rope_half_split":
        return np.concatenate([pairs[..., 0], pairs[..., 1]], axis=-1)
    return pairs.reshape(*pairs.shape[:-2], -1)


def as_complex_numbers(pairs):
    return pairs[..., 0] + 1j * pairs[..., 1]


def as_pairs(numbers):
    return np.stack([numbers.real, numbers.imag], axis=-1)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attention(x, weight, params, freqs_cis, mask, append, dump):
    """[T, dim] → [T, dim]: grouped-query attention over the normalised embeddings."""
    n_heads, n_kv_heads = params["n_heads"], params["n_kv_heads"]

    wq = dump("q_layer0", split_into_heads(weight("attention.wq"), n_heads))
    wq = dump("q_layer0_head0", wq)
    q = dump("q_per_token", project(x, wq))
    pairs = dump("q_per_token_split_into_pairs", split_into_pairs(q))
    numbers = dump("q_per_token_as_complex_numbers", as_complex_numbers(pairs))
    numbers = dump("q_per_token_as_complex_numbers_rotated", numbers * freqs_cis)
    pairs = dump("q_per_token_split_into_pairs_rotated", as_pairs(numbers))
    q = dump("q_per_token_rotated", join_pairs(pairs))

    wk = dump("k_layer0", split_into_heads(weight("attention.wk"), n_kv_heads))
    wk = dump("k_layer0_head0", wk)
    k = dump("k_per_token", project(x, wk))
    pairs = dump("k_per_token_split_into_pairs", split_into_pairs(k))
    numbers = dump("k_per_token_as_complex_numbers", as_complex_numbers(pairs))
    pairs = dump("k_per_token_split_into_pairs_rotated", as_pairs(numbers * freqs_cis))
    k = dump("k_per_token_rotated", join_pairs(pairs))
    k = dump("k_cache", append("k", k))

    wv = dump("v_layer0", split_into_heads(weight("attention.wv"), n_kv_heads))
    wv = dump("v_layer0_head0", wv)
    v = dump("v_per_token", project(x, wv))
    v = dump("v_cache", append("v", v))

    # Neighbouring query heads share a key/value head.
    k, v = (np.repeat(shared, n_heads // n_kv_heads, axis=0) for shared in (k, v))
    scores = dump("qk_per_token_before_scaling", q @ k.swapaxes(-1, -2))
    scores = dump("qk_per_token", scores / math.sqrt(head_dim_of(params)))
    scores = dump("qk_per_token_after_masking", scores + mask)
    pattern = dump("qk_per_token_after_masking_after_softmax", softmax(scores))
    mixed = dump("qkv_attention", pattern @ v)
    stacked = dump("stacked_qkv_attention", np.concatenate(mixed, axis=-1))
    return dump("embedding_delta", project(stacked, dump("w_layer0", weight("attention.wo"))))


def feed_forward(x, weight, dump):
    """[T, dim] → [T, dim]: w1 opens a gate for what w3 lifts, w2 brings the product back to dim."""
    gate = dump("feed_forward_gate", project(x, weight("feed_forward.w1")))
    gate = dump("feed_forward_gate_activated", gate / (1 + np.exp(-gate)))
    up = dump("feed_forward_up", project(x, weight("feed_forward.w3")))
    product = dump("feed_forward_product", gate * up)
    return dump("output_after_feedforward", project(product, weight("feed_forward.w2")))


def layer(x, weight, params, freqs_cis, mask, append, dump):
    """[T, dim] → [T, dim]: attention, then the feed-forward, each on normalised input and added to the stream."""
    normalized = dump("attention_norm_before_weight", normalize(x, params["norm_eps"]))
    normalized = dump("token_embeddings", normalized * weight("attention_norm"))
    x = dump("embedding_after_edit", x + attention(normalized, weight, params, freqs_cis, mask, append, dump))
    normalized = dump("ffn_norm_before_weight", normalize(x, params["norm_eps"]))
    normalized = dump("embedding_after_edit_normalized", normalized * weight("ffn_norm"))
    return dump("layer_0_embedding", x + feed_forward(normalized, weight, dump))


def forward(tokens, cache, weights, params, dump):
    """[T] token ids, after those in the cache → the id of the most likely next token."""
    freqs_cis = rotations(dump("positions", positions(tokens, cache)), params, dump)
    ahead = np.full((len(tokens), cache.length + len(tokens)), -np.inf, dtype=np.float32)
    mask = dump("mask", np.triu(ahead, cache.length + 1))

    x = weights["tok_embeddings.weight"][dump("tokens", tokens)]
    x = dump("token_embeddings_unnormalized", x)
    for n in range(params["n_layers"]):
        x = layer(x, lambda name: weights[f"layers.{n}.{name}.weight"], params, freqs_cis, mask,
                  lambda name, rows: cache.append(name, n, rows), dump.layer(n))
    cache.length += len(tokens)
    x = dump("final_embedding", x)
    x = dump("norm_before_weight", normalize(x, params["norm_eps"]))
    x = dump("final_embedding_normalized", x * weights["norm.weight"])
    output = weights["tok_embeddings.weight" if params.get("tie_word_embeddings") else "output.weight"]
    logits = dump("logits", project(x[-1], output))
    return dump("next_token", np.argmax(logits))


def main(checkpoint, dump):
    params = json.loads(Path(checkpoint, "params.json").read_text())
    prompt = json.loads(Path(checkpoint, "prompt.json").read_text(encoding="utf-8"))
    with np.load(Path(checkpoint, "weights.npz")) as weights:
        weights, cache = dict(weights), Cache()
    print(forward(np.array(prompt["tokens"]), cache, weights, params, Dump(dump)))
    for i, tokens in enumerate(prompt["decode"]):
        forward(np.array(tokens), cache, weights, params, Dump(dump, f"decode.{i}."))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 llama3.py CHECKPOINT_DIR DUMP_DIR")
    main(*sys.argv[1:])
