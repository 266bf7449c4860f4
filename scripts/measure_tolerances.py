#!/usr/bin/env python3
"""Measure how far honest implementations differ from the goldens, step by step.

Every step of every layer is computed from golden inputs: with sums taken in other orders, with
functions in float64, and with fewer roundings to bfloat16 than the notebook. The worst deviation of
each step says how tight its tolerance can be.
"""

import argparse
import os

import torch

import check_goldens
import paths
import plain_llama
import safetensors_file
import steps


def variants(precision):
    """{name: arithmetic} of honest implementations that round where the notebook does."""
    arithmetic = plain_llama.Arithmetic
    return {
        "as PyTorch": arithmetic(precision),
        "reversed sums": arithmetic(precision, plain_llama.reversed_matmul),
        "one term after the other": arithmetic(precision, plain_llama.sequential_matmul),
        "float64 inside": arithmetic(precision, plain_llama.double_matmul, wide=True),
    }


def once_per_step(precision):
    """Implementations that round once at the end of a norm or feed-forward layer."""
    return {"rounded once per step": plain_llama.Arithmetic(precision, rounds_inside=False)}


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
    """(rel-L2, ulps of bfloat16) of one result; 0 ulps where it is not bfloat16."""
    rel_l2 = check_goldens.rel_l2(golden, own.to(golden.dtype))
    return rel_l2, ulps(golden, own) if golden.dtype == torch.bfloat16 else 0


def measure(golden, params, weights, arithmetics):
    """{step id: (worst rel-L2, worst ulps)} over implementations and layers."""
    worst = {}
    for arithmetic in arithmetics.values():
        for id, expected, own in step_results(golden, params, weights, arithmetic):
            if expected.dtype != torch.int64:
                rel_l2, ulp = deviation(expected, own)
                before = worst.get(id, (0.0, 0))
                worst[id] = (max(before[0], rel_l2), max(before[1], ulp))
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", default=paths.MICRO)
    folder = parser.parse_args().fixtures
    torch.set_num_threads(1)
    params, weights = plain_llama.load(folder)
    columns = []
    for precision, choose in (("fp32", variants), ("bf16", variants), ("bf16", once_per_step)):
        golden = safetensors_file.read(os.path.join(folder, f"article.{precision}.safetensors"))
        columns.append(measure(golden, params, weights, choose(precision)))
    print(f"{'':42s} {'fp32':>9s} {'bf16, roundings as':>20s} {'bf16, rounded':>20s}")
    print(f"{'':42s} {'':>9s} {'in the notebook':>20s} {'once per step':>20s}")
    print(f"{'step':42s} {'rel-L2':>9s}" + f" {'rel-L2':>14s} {'ulp':>5s}" * 2)
    for step in steps.STEPS:
        if step.id in columns[0]:
            fp32, *bf16 = (column[step.id] for column in columns)
            cells = "".join(f" {rel_l2:14.1e} {ulp:5d}" for rel_l2, ulp in bf16)
            print(f"{step.id:42s} {fp32[0]:9.1e}{cells}")


if __name__ == "__main__":
    main()
