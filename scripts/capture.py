#!/usr/bin/env python3
"""Capture the goldens: execute the notebooks on the micro checkpoint, write what they compute."""

import argparse
import os
import time

import torch

import cases
import execute
import goldens
import manifest
import notebooks
import paths
import safetensors_file


def check_equal(runs):
    """Insist that both notebooks agree in every bit they both have; return how many tensors."""
    shared, different = goldens.compare_runs(*runs)
    if different:
        raise SystemExit(f"the notebooks differ in {different}")
    return shared


def capture_article(pair, checkpoint, out):
    """Write article.* and finer.{precision}.safetensors; return {precision: what was captured}."""
    captured = {}
    for precision in execute.PRECISIONS:
        runs = [execute.execute(notebook, checkpoint, precision) for notebook in pair]
        shared = check_equal(runs)
        capture = goldens.capture(runs)
        goldens.check_first_head(capture)
        write(out, "article", precision, {**capture.article, **capture.layers})
        write(out, "finer", precision, capture.finer)
        top = capture.article["logits"].float().topk(2).values
        print(f"article {precision}: {shared} tensors in both notebooks, 0 differ; next token "
              f"{capture.article['next_token']} = {capture.answer!r}, margin {top[0] - top[1]:.2f}")
        captured[precision] = capture
    return captured


def capture_case(case, pair, checkpoint, out, cells):
    """Write {case}.{precision}.safetensors; return what was captured, in fp32."""
    for precision in reversed(execute.PRECISIONS):
        runs = [
            execute.execute(n, checkpoint, precision, case.execution(cells[n.name], precision))
            for n in pair
        ]
        shared = check_equal(runs)
        capture = goldens.capture(runs)
        values = {**capture.article, **capture.layers}
        for name, tensor in case.given.items():
            values[name] = cases.in_precision(tensor, precision)
        kept = [*case.kept(), *case.layers]
        write(out, case.name, precision, {id: values[id] for id in kept if id in values})
        print(f"{case.name} {precision}: {shared} tensors in both notebooks, 0 differ")
    return capture


def write(out, case, precision, tensors):
    path = os.path.join(out, f"{case}.{precision}.safetensors")
    safetensors_file.write(path, tensors, {"case": case, "precision": precision})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", nargs=2, required=True, metavar=("ORIGINAL", "DEEP_DIVE"))
    parser.add_argument("--checkpoint", default=paths.MICRO, help="folder of the micro checkpoint")
    parser.add_argument("--out", help="folder for the goldens, if not that of the checkpoint")
    parser.add_argument("--article-only", action="store_true", help="without the blind spots")
    arguments = parser.parse_args()
    out = arguments.out or arguments.checkpoint
    torch.set_num_threads(1)
    started = time.time()
    pair = notebooks.load_pair(arguments.notebooks)
    article = capture_article(pair, arguments.checkpoint, out)
    fp32 = article["fp32"]
    described = {}
    for case in [] if arguments.article_only else cases.all_cases(fp32.params):
        captured = capture_case(case, pair, arguments.checkpoint, out, fp32.cells)
        described[case.name] = manifest.describe_case(case, captured)
    manifest.write(out, pair, article, described)
    print(f"captured in {time.time() - started:.1f} s")


if __name__ == "__main__":
    main()
