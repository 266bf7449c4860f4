#!/usr/bin/env python3
"""Capture the goldens: execute the notebooks on a checkpoint, write what they compute.

Without --large it is a micro checkpoint. With it, it is any that Meta's consolidated.00.pth holds, such as
Llama 3 8B: only the article's prompt is captured, weights stay in the file, and those of the layers are no
goldens, for they would take as much room as the model.
"""

import argparse
import os
import resource
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


def capture_article(pair, checkpoint, out, with_weights):
    """Write article.* and finer.{precision}.safetensors; return {precision: what was captured}."""
    captured = {}
    for precision in execute.PRECISIONS:
        runs = [
            execute.execute(notebook, checkpoint, precision, with_weights=with_weights)
            for notebook in pair
        ]
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
    parser.add_argument("--checkpoint", default=paths.MICRO, help="folder of the checkpoint, as Meta lays it out")
    parser.add_argument("--out", help="folder for the goldens, if not that of the checkpoint")
    parser.add_argument("--article-only", action="store_true", help="without the blind spots")
    parser.add_argument("--large", metavar="NAME", help="what the model is called, if it is no micro model; needs --out")
    arguments = parser.parse_args()
    if arguments.large and not arguments.out:
        parser.error("--large needs --out: the goldens of a large model do not belong into its folder")
    out = arguments.out or arguments.checkpoint
    os.makedirs(out, exist_ok=True)
    torch.set_num_threads(1)
    started = time.time()
    pair = notebooks.load_pair(arguments.notebooks)
    article = capture_article(pair, arguments.checkpoint, out, with_weights=not arguments.large)
    fp32 = article["fp32"]
    described = {}
    for case in [] if arguments.article_only or arguments.large else cases.all_cases(fp32.params):
        captured = capture_case(case, pair, arguments.checkpoint, out, fp32.cells)
        described[case.name] = manifest.describe_case(case, captured)
    manifest.write(out, pair, article, described, arguments.checkpoint, arguments.large)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"captured in {time.time() - started:.1f} s, with at most {peak:.1f} GB, mapped weights included")


if __name__ == "__main__":
    main()
