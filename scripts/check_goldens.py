#!/usr/bin/env python3
"""Check the goldens against a forward of our own, and the checkpoints against their sentences."""

import argparse
import os
import types

import torch

import corpus
import decode
import llama_tokenizer
import paths
import plain_llama
import safetensors_file
from arithmetic import Arithmetic


def compare(golden, own):
    """(values compared, values that differ in any bit)."""
    own = own.to(golden.dtype)
    if own.shape != golden.shape:
        raise SystemExit(f"shapes {tuple(own.shape)} and {tuple(golden.shape)}")
    if golden.is_complex():
        golden, own = torch.view_as_real(golden), torch.view_as_real(own)
    return golden.numel(), int((golden != own).sum())


def check_article(folder, params, weights, precision):
    """Count the values in which our own forward differs from the goldens of the article."""
    golden = safetensors_file.read_goldens(folder, precision)
    own = plain_llama.forward(golden["tokens"], params, weights, Arithmetic(precision))
    report(precision, golden, own)
    return golden["tokens"]


def check_decode(folder, params, weights, precision, prompt):
    """The same of the passes behind the prompt: the forward runs on all tokens so far."""
    golden = safetensors_file.read(os.path.join(folder, f"{decode.CASE}.{precision}.safetensors"))
    own, tokens, number = {}, prompt, 0
    while f"{decode.CASE}.{number}.tokens" in golden:
        new = golden[f"{decode.CASE}.{number}.tokens"]
        given = decode.Pass(number, len(tokens), new.tolist())
        tokens = torch.cat([tokens, new])
        values = plain_llama.forward(tokens, params, weights, Arithmetic(precision))
        capture = types.SimpleNamespace(article=values, layers=values, params=params)
        own.update(decode.values_of(given, capture))
        number += 1
    report(f"{precision}, {number} passes", golden, own)


def report(what, golden, own):
    """Print how many values differ, and where."""
    counts = {id: compare(golden[id], own[id]) for id in own}
    total = sum(count for count, _ in counts.values())
    different = {id: bad for id, (_, bad) in counts.items() if bad}
    differing = sum(different.values())
    print(f"{what}: {differing} of {total} values in {len(counts)} tensors differ")
    for id, bad in different.items():
        print(f"  {id}: {bad} differ, rel-L2 {rel_l2(golden[id], own[id]):.1e}")


def rel_l2(golden, own):
    """The norm of the difference over the norm of the golden, finite values, in float64."""
    wide = torch.complex128 if golden.is_complex() else torch.float64
    golden, own = golden.to(wide), own.to(wide)
    finite = torch.isfinite(golden)
    golden, own = golden[finite], own[finite]
    return ((own - golden).norm() / golden.norm()).item()


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
    """Count the prompts that the model continues as trained."""
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


def check(folder):
    params, weights = plain_llama.load(folder)
    for precision in ("fp32", "bf16"):
        prompt = check_article(folder, params, weights, precision)
        check_decode(folder, params, weights, precision, prompt)
        check_continuations(folder, params, weights, precision)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", nargs="+", default=paths.BOTH_MICROS)
    torch.set_num_threads(1)
    for folder in parser.parse_args().fixtures:
        print(os.path.basename(folder))
        check(folder)


if __name__ == "__main__":
    main()
