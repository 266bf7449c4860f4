#!/usr/bin/env python3
"""Measure how far honest implementations differ from the goldens, step by step.

Every step of every layer is computed from golden inputs, with sums taken in other orders and with
functions in float64. The worst deviation of each step says how tight its tolerance can be.
"""

import argparse
import json
import os

import torch

import check_goldens
import paths
import plain_llama
import safetensors_file
import steps
import tolerances


def variants(precision):
    """{name: arithmetic} of honest implementations."""
    return {
        "as PyTorch": plain_llama.Arithmetic(precision),
        "reversed sums": plain_llama.Arithmetic(precision, plain_llama.reversed_matmul),
        "one term after the other": plain_llama.Arithmetic(precision, plain_llama.sequential_matmul),
        "float64 inside": plain_llama.Arithmetic(precision, plain_llama.double_matmul, wide=True),
    }


def widened(tensor):
    return tensor.float() if tensor.dtype == torch.bfloat16 else tensor


def step_results(golden, params, weights, arithmetic):
    """(step id, golden, own result from golden inputs) for every step and layer."""
    once = {id: widened(golden[id]) for id in golden if "." not in id}
    tables = plain_llama.rope_formulas(arithmetic, params, torch.arange(len(golden["tokens"])))
    for id, formula in tables.items():
        yield id, golden[id], formula(once)
    x = once["token_embeddings_unnormalized"]
    for layer in range(params["n_layers"]):
        prefix = f"layers.{layer}."
        inside = {id[len(prefix):]: widened(t) for id, t in golden.items() if id.startswith(prefix)}
        values = {**once, **inside, "input": x}
        formulas = plain_llama.layer_formulas(arithmetic, params, weights, layer)
        for id, formula in formulas.items():
            yield id, golden[prefix + id], formula(values)
        x = inside["layer_0_embedding"]
    for id, formula in plain_llama.last_formulas(arithmetic, params, weights).items():
        yield id, golden[id], formula({**once, "input": x})


def ordered_bits(tensor):
    """bfloat16 numbers as integers in the order of the numbers: neighbours are 1 apart."""
    bits = tensor.view(torch.int16).int()
    return torch.where(bits < 0, -32768 - bits, bits)


def ulps(golden, own):
    """The largest distance in units in the last place of bfloat16."""
    return (ordered_bits(golden) - ordered_bits(own.to(torch.bfloat16))).abs().max().item()


def deviation(golden, own):
    """(rel-L2, ulps or None) of one result."""
    rel_l2 = check_goldens.rel_l2(golden, own.to(golden.dtype))
    return rel_l2, ulps(golden, own) if golden.dtype == torch.bfloat16 else None


def measure(folder, params, weights, precision):
    """{step id: (worst rel-L2, worst ulps, whether every bit agreed)} over variants and layers."""
    golden = safetensors_file.read(os.path.join(folder, f"article.{precision}.safetensors"))
    worst = {}
    for name, arithmetic in variants(precision).items():
        for id, expected, own in step_results(golden, params, weights, arithmetic):
            if not expected.is_floating_point() and not expected.is_complex():
                continue
            rel_l2, ulp = deviation(expected, own)
            before = worst.get(id, (0.0, 0))
            worst[id] = (max(before[0], rel_l2), max(before[1], ulp or 0))
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", default=paths.MICRO)
    folder = parser.parse_args().fixtures
    torch.set_num_threads(1)
    with open(os.path.join(folder, "params.json"), encoding="utf-8") as stream:
        params = json.load(stream)
    weights = torch.load(os.path.join(folder, "consolidated.00.pth"))
    worst = {precision: measure(folder, params, weights, precision) for precision in ("fp32", "bf16")}
    print(f"{'step':42s} {'fp32 rel-L2':>12s} {'bf16 rel-L2':>12s} {'bf16 ulp':>9s}")
    for step in steps.STEPS:
        if step.id in worst["fp32"]:
            (fp32, _), (bf16, ulp) = worst["fp32"][step.id], worst["bf16"][step.id]
            print(f"{step.id:42s} {fp32:12.1e} {bf16:12.1e} {ulp:9d}")


if __name__ == "__main__":
    main()
