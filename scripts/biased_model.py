"""Write a small Llama with biases and linear RoPE scaling, and what PyTorch computes with it: tests/Llama3.Reference.Tests/biased-model.

    python3 scripts/biased_model.py

The forward pass is our own, with the formulas of transformers' LlamaForCausalLM: the rotation pairs i with i + head_dim/2, so queries, keys
and their biases are in the order of Hugging Face's files. torch 1.13 was used.
"""

import json
import math
import os

import torch
from torch.nn.functional import linear, silu

import paths
import safetensors_file

OUT = os.path.join(os.path.dirname(paths.SCRIPTS), "tests", "Llama3.Reference.Tests", "biased-model")
DIM, HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD_DIM, WORDS = 16, 24, 2, 4, 2, 6, 40
EPS, THETA, FACTOR = 1e-5, 10000.0, 4.0
TOKENS = [3, 17, 0, 39, 8, 8, 21]
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": True, "mlp_bias": True, "hidden_act": "silu",
    "hidden_size": DIM, "intermediate_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
    "num_key_value_heads": KV_HEADS, "head_dim": HEAD_DIM, "vocab_size": WORDS, "rms_norm_eps": EPS, "rope_theta": THETA,
    "rope_scaling": {"type": "linear", "factor": FACTOR}, "tie_word_embeddings": False,
}
PROJECTIONS = {
    "self_attn.q_proj": (HEADS * HEAD_DIM, DIM), "self_attn.k_proj": (KV_HEADS * HEAD_DIM, DIM),
    "self_attn.v_proj": (KV_HEADS * HEAD_DIM, DIM), "self_attn.o_proj": (DIM, HEADS * HEAD_DIM),
    "mlp.gate_proj": (HIDDEN, DIM), "mlp.up_proj": (HIDDEN, DIM), "mlp.down_proj": (DIM, HIDDEN),
}


def random_weights():
    """All tensors by Hugging Face's names."""
    torch.manual_seed(42)
    weights = {"model.embed_tokens.weight": torch.randn(WORDS, DIM), "lm_head.weight": torch.randn(WORDS, DIM)}
    weights["model.norm.weight"] = torch.rand(DIM) + 0.5
    for layer in range(LAYERS):
        for name, (rows, columns) in PROJECTIONS.items():
            weights[f"model.layers.{layer}.{name}.weight"] = torch.randn(rows, columns) / math.sqrt(columns)
            weights[f"model.layers.{layer}.{name}.bias"] = torch.randn(rows) / 2
        for name in ("input_layernorm", "post_attention_layernorm"):
            weights[f"model.layers.{layer}.{name}.weight"] = torch.rand(DIM) + 0.5
    return weights


def norm(x, weight):
    """RMSNorm."""
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS) * weight


def rotate(x, cos, sin):
    """Rotate number i with number i + head_dim/2."""
    first, second = x[..., : HEAD_DIM // 2], x[..., HEAD_DIM // 2:]
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


def forward(weights):
    """[T, WORDS]: the logits after each token."""
    count = len(TOKENS)
    angles = torch.outer(torch.arange(count) / FACTOR, THETA ** (-torch.arange(0, HEAD_DIM, 2) / HEAD_DIM))
    cos, sin = angles.cos(), angles.sin()
    x = weights["model.embed_tokens.weight"][TOKENS]
    for layer in range(LAYERS):
        def project(value, name, prefix=f"model.layers.{layer}."):
            return linear(value, weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"])

        def heads(name, number, value):
            return project(value, f"self_attn.{name}_proj").view(count, number, HEAD_DIM).transpose(0, 1)

        before = norm(x, weights[f"model.layers.{layer}.input_layernorm.weight"])
        q = rotate(heads("q", HEADS, before), cos, sin)
        k = rotate(heads("k", KV_HEADS, before), cos, sin).repeat_interleave(HEADS // KV_HEADS, 0)
        v = heads("v", KV_HEADS, before).repeat_interleave(HEADS // KV_HEADS, 0)
        scores = q @ k.transpose(1, 2) / math.sqrt(HEAD_DIM) + torch.full((count, count), -math.inf).triu(1)
        x = x + project((scores.softmax(-1) @ v).transpose(0, 1).reshape(count, -1), "self_attn.o_proj")
        before = norm(x, weights[f"model.layers.{layer}.post_attention_layernorm.weight"])
        x = x + project(silu(project(before, "mlp.gate_proj")) * project(before, "mlp.up_proj"), "mlp.down_proj")
    return linear(norm(x, weights["model.norm.weight"]), weights["lm_head.weight"])


def main():
    os.makedirs(OUT, exist_ok=True)
    weights = random_weights()
    exact = forward({name: weight.double() for name, weight in weights.items()})
    safetensors_file.write(os.path.join(OUT, "model.safetensors"), weights, {"format": "pt"})
    for name, content in (("config.json", CONFIG), ("expected.json", {"tokens": TOKENS, "logits": exact[-1].tolist()})):
        with open(os.path.join(OUT, name), "w", encoding="ascii", newline="\n") as stream:
            json.dump(content, stream, indent=1)
            stream.write("\n")


if __name__ == "__main__":
    main()
