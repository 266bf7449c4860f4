#!/usr/bin/env python3
"""Measure how far honest implementations differ from the goldens, step by step.

Every step of every layer is computed from golden inputs: with sums taken in other orders, with
functions in float64, and with fewer roundings to bfloat16 than the notebook. The worst deviation of
each step says how tight its tolerance can be. A deviation beyond the tolerance is an error, except
with fewer roundings.
"""

import argparse
import os

import torch

import arithmetic
import check_goldens
import finer
import paths
import plain_llama
import tolerances
from arithmetic import Arithmetic


def variants(precision):
    """{name: arithmetic} of honest implementations that round where the notebook does."""
    return {
        "as PyTorch": Arithmetic(precision),
        "reversed sums": Arithmetic(precision, arithmetic.reversed_matmul),
        "one term after the other": Arithmetic(precision, arithmetic.sequential_matmul),
        "float64 inside": Arithmetic(precision, arithmetic.double_matmul, wide=True),
    }


def once_per_step(precision):
    """Implementations that round a norm or feed-forward layer only once, at its end."""
    return {"rounded once per step": Arithmetic(precision, rounds_inside=False)}


def widened(values):
    return {
        name: tensor.float() if tensor.dtype == torch.bfloat16 else tensor
        for name, tensor in values.items()
    }


def ordered_bits(tensor):
    """bfloat16 numbers as integers in the same order: neighbours are 1 apart."""
    bits = tensor.view(torch.int16).int()
    return torch.where(bits < 0, -32768 - bits, bits)


def ulps(golden, own):
    """The largest distance in units in the last place of bfloat16."""
    return (ordered_bits(golden) - ordered_bits(own.to(torch.bfloat16))).abs().max().item()


def deviation(golden, own):
    """(rel-L2, ulps of bfloat16) of one result; 0 ulps if it is not bfloat16."""
    rel_l2 = check_goldens.rel_l2(golden, own.to(golden.dtype))
    return rel_l2, ulps(golden, own) if golden.dtype == torch.bfloat16 else 0


def measure(golden, params, weights, ways):
    """{id: (worst rel-L2, worst ulps)} over implementations and layers."""
    worst = {}
    for way in ways.values():
        for name, own in plain_llama.step_by_step(widened(golden), params, weights, way):
            if golden[name].dtype != torch.int64:
                id = name.split(".")[-1]
                rel_l2, ulp = deviation(golden[name], own)
                before = worst.get(id, (0.0, 0))
                worst[id] = (max(before[0], rel_l2), max(before[1], ulp))
    return worst


def beyond(precision, worst):
    """One line for each step whose worst deviation is beyond its tolerance."""
    found = []
    for rule in tolerances.table():
        if rule["precision"] == precision and "engine" not in rule:
            for id in (id for id in rule["steps"] if id in worst):
                rel_l2, ulp = worst[id]
                used = ulp if rule["rule"] == "ulp" else rel_l2
                limit = rule.get("limit", 0)
                if used > limit:
                    found.append(f"{precision}: {id} is off by {used:.2g}, its tolerance is {rule['rule']} {limit:g}")
    return found


def report(folder):
    """Print the worst deviations in one checkpoint folder; return the findings."""
    params, weights = plain_llama.load(folder)
    columns = []
    for precision, choose in (("fp32", variants), ("bf16", variants), ("bf16", once_per_step)):
        golden = check_goldens.read_whole(folder, params, weights, precision)
        columns.append(measure(golden, params, weights, choose(precision)))
    print(f"{os.path.basename(folder):42s} {'fp32':>9s} {'bf16, roundings as':>20s} "
          f"{'bf16, rounded':>20s}")
    print(f"{'':42s} {'':>9s} {'in the notebook':>20s} {'once per step':>20s}")
    print(f"{'step':42s} {'rel-L2':>9s}" + f" {'rel-L2':>14s} {'ulp':>5s}" * 2)
    for id in finer.all_ids():
        if id in columns[0]:
            fp32, *bf16 = (column[id] for column in columns)
            cells = "".join(f" {rel_l2:14.1e} {ulp:5d}" for rel_l2, ulp in bf16)
            print(f"{id:42s} {fp32[0]:9.1e}{cells}")
    found = [*beyond("fp32", columns[0]), *beyond("bf16", columns[1])]
    return [f"{folder}: {finding}" for finding in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", nargs="+", default=paths.MICROS)
    torch.set_num_threads(1)
    found = []
    for folder in parser.parse_args().fixtures:
        found += report(folder)
    paths.fail_if(found)


if __name__ == "__main__":
    main()
