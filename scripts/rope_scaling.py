"""Write what PyTorch computes for scaled RoPE frequencies: tests/Llama3.Reference.Tests/rope-scaling.json.

    python3 scripts/rope_scaling.py

The formulas are those of Meta's llama-models (apply_scaling, for tensors) and of transformers (rope_type llama3), which agree, and of
transformers' rope_type linear. The code is our own. torch 1.13 was used.
"""

import json
import math
import os

import torch

import paths

OUT = os.path.join(os.path.dirname(paths.SCRIPTS), "tests", "Llama3.Reference.Tests", "rope-scaling.json")

# name: head_dim, rope_theta, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings; the last three are None for linear
CASES = {
    "Llama 3.1 and 3.3": (128, 500000.0, 8.0, 1.0, 4.0, 8192),
    "Llama 3.2 1B, config.json": (64, 500000.0, 32.0, 1.0, 4.0, 8192),
    "Llama 3.2 1B, params.json": (64, 500000.0, 8.0, 1.0, 4.0, 8192),
    "Llama 3.2 3B, config.json": (128, 500000.0, 32.0, 1.0, 4.0, 8192),
    "other factors": (96, 10000.0, 5.0, 1.5, 6.0, 4096),
    "linear": (32, 10000.0, 3.0, None, None, None),
}


# Constants in Meta's code; only the factor differs between its models.
LOW, HIGH, CONTEXT = 1.0, 4.0, 8192


def of_model(freqs, params):
    """The frequencies that a model with this params.json rotates by."""
    if not params.get("use_scaled_rope"):
        return freqs
    return scaled(freqs, params["rope_scaling_factor"], LOW, HIGH, CONTEXT)


def scaled(freqs, factor, low, high, context):
    """Linear: all are divided by factor. Otherwise slow pairs (wavelength above context / low) are divided by factor, fast pairs stay, pairs in between are blended."""
    if context is None:
        return freqs / factor
    wavelen = 2 * math.pi / freqs
    slow = torch.where(wavelen > context / low, freqs / factor, freqs)
    smooth = (context / wavelen - low) / (high - low)
    between = (wavelen >= context / high) & (wavelen <= context / low)
    return torch.where(between, (1 - smooth) * slow / factor + smooth * slow, slow)


def unscaled(head_dim, rope_theta):
    return 1.0 / (rope_theta ** (torch.arange(0, head_dim, 2).float() / head_dim))


def main():
    cases = [
        json.dumps({
            "name": name, "head_dim": case[0], "rope_theta": case[1], "factor": case[2], "low_freq_factor": case[3],
            "high_freq_factor": case[4], "original_max_position_embeddings": case[5], "freqs": scaled(unscaled(*case[:2]), *case[2:]).tolist(),
        })
        for name, case in CASES.items()
    ]
    with open(OUT, "w", encoding="ascii", newline="\n") as stream:
        stream.write("[\n" + ",\n".join(cases) + "\n]\n")


if __name__ == "__main__":
    main()
