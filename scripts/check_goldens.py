#!/usr/bin/env python3
"""Check the goldens against our own forward, and the checkpoints against their sentences."""

import argparse
import math
import os
import types

import torch

import corpus
import decode
import goldens
import llama_tokenizer
import micro_model
import paths
import plain_llama
import safetensors_file
from arithmetic import Arithmetic

INTEGERS = {torch.bfloat16: torch.int16, torch.float32: torch.int32}


def bits(tensor):
    """The values as integers with the same bits; complex numbers by their parts."""
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    return tensor.contiguous().view(INTEGERS.get(tensor.dtype, tensor.dtype))


def compare(where, golden, own):
    """(values compared, values that differ in any bit)."""
    if golden is None:
        raise SystemExit(f"{where} is missing in the goldens")
    if own.shape != golden.shape:
        raise SystemExit(f"{where}: the golden has shape {tuple(golden.shape)}, our own {tuple(own.shape)}")
    golden, own = bits(golden), bits(own.to(golden.dtype))
    return golden.numel(), int((golden != own).sum())


def check_article(folder, params, weights, precision):
    """(tokens, findings): compare our own forward with the goldens of the article."""
    golden = safetensors_file.read_goldens(folder, precision)
    own = plain_llama.forward(golden["tokens"], params, weights, Arithmetic(precision))
    if micro_model.has_fewer_goldens(params):
        own = goldens.fewer(own)
    return golden["tokens"], report(folder, precision, golden, own)


def read_whole(folder, params, weights, precision):
    """The goldens of the article; what the capture has left out comes from our own forward, which equals it in every bit."""
    golden = safetensors_file.read_goldens(folder, precision)
    own = plain_llama.forward(golden["tokens"], params, weights, Arithmetic(precision))
    for name in own.keys() - golden.keys():
        is_narrow = precision == "bf16" and goldens.BY_ID[name.split(".")[-1]].shows_weight
        golden[name] = own[name].to(torch.bfloat16) if is_narrow else own[name]
    return {**goldens.first_heads(golden), **golden}


def check_decode(folder, params, weights, precision, prompt):
    """The findings in the passes after the prompt; our own forward runs on all tokens so far."""
    path = os.path.join(folder, f"{decode.CASE}.{precision}.safetensors")
    golden = safetensors_file.read(path)
    own, tokens, number = {}, prompt, 0
    while f"{decode.CASE}.{number}.tokens" in golden:
        new = golden[f"{decode.CASE}.{number}.tokens"]
        given = decode.Pass(number, len(tokens), new.tolist())
        tokens = torch.cat([tokens, new])
        values = plain_llama.forward(tokens, params, weights, Arithmetic(precision))
        capture = types.SimpleNamespace(article=values, layers=values, params=params)
        own.update(decode.values_of(given, capture))
        number += 1
    if number == 0:
        raise SystemExit(f"{path}: no pass")
    return report(folder, f"{precision}, {number} passes", golden, own)


def report(folder, what, golden, own):
    """Print how many values differ, and where; return the findings."""
    counts = {id: compare(f"{folder}: {what}: {id}", golden.get(id), own[id]) for id in own}
    total = sum(count for count, _ in counts.values())
    different = {id: bad for id, (_, bad) in counts.items() if bad}
    differing = sum(different.values())
    print(f"{what}: {differing} of {total} values in {len(counts)} tensors differ")
    for id, bad in different.items():
        print(f"  {id}: {bad} differ, rel-L2 {rel_l2(golden[id], own[id]):.1e}")
    if not different:
        return []
    return [f"{folder}: {what}: {differing} values differ, first in {next(iter(different))}"]


def rel_l2(golden, own):
    """The norm of the difference over the norm of the golden, in float64.

    It is taken over the finite values of the golden; infinite if the others are not equal.
    """
    wide = torch.complex128 if golden.is_complex() else torch.float64
    golden, own = golden.to(wide), own.to(wide)
    finite = torch.isfinite(golden)
    if not torch.equal(golden[~finite], own[~finite]):
        return math.inf
    golden, own = golden[finite], own[finite]
    difference = (own - golden).norm().item()
    if math.isnan(difference):
        return math.inf
    return (difference / golden.norm()).item() if difference else 0.0


def continuation(prompt, encoding, params, weights, arithmetic):
    """(text until the end of the sentence, margin of its first token)."""
    tokens = [llama_tokenizer.BEGIN_OF_TEXT, *encoding.encode(prompt)]
    start, margin = len(tokens), None
    while len(tokens) < start + 40:
        logits = plain_llama.forward(torch.tensor(tokens), params, weights, arithmetic)["logits"]
        top = logits.topk(2)
        if margin is None:
            margin = (top.values[0] - top.values[1]).item()
        if top.indices[0] == llama_tokenizer.END_OF_TEXT:
            break
        tokens.append(top.indices[0].item())
    return encoding.decode(tokens[start:]), margin


def check_continuations(folder, params, weights, precision):
    """Count the prompts that the model continues as trained; return the findings."""
    ranks = llama_tokenizer.load_ranks(os.path.join(folder, "tokenizer.model"))
    encoding = llama_tokenizer.encoding_of(ranks)
    arithmetic = Arithmetic(precision)
    margins, wrong = [], []
    for prompt, expected in corpus.CONTINUATIONS:
        text, margin = continuation(prompt, encoding, params, weights, arithmetic)
        margins.append(margin)
        if text != expected:
            wrong.append((prompt, text))
    right = len(margins) - len(wrong)
    print(f"{precision}: {right} of {len(margins)} prompts continue as trained; margin "
          f"{margins[0]:.2f} for the article's, {min(margins):.2f} at least; wrong: {wrong}")
    return [f"{folder}: {precision}: {prompt!r} continues with {text!r}" for prompt, text in wrong]


def check(folder):
    """The findings in one checkpoint folder."""
    params, weights = plain_llama.load(folder)
    found = []
    for precision in ("fp32", "bf16"):
        prompt, of_article = check_article(folder, params, weights, precision)
        found += of_article
        found += check_decode(folder, params, weights, precision, prompt)
        found += check_continuations(folder, params, weights, precision)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", nargs="+", default=paths.MICROS)
    torch.set_num_threads(1)
    found = []
    for folder in parser.parse_args().fixtures:
        print(os.path.basename(folder))
        found += check(folder)
    paths.fail_if(found)


if __name__ == "__main__":
    main()
