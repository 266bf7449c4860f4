#!/usr/bin/env python3
"""Capture the goldens: execute the notebooks on the micro checkpoint and write what they compute."""

import argparse
import os
import time

import torch

import corpus
import execute
import goldens
import manifest
import notebooks
import paths
import safetensors_file
import steps


def run_both(pair, checkpoint, precision, inputs=execute.Inputs()):
    """Execute both notebooks and insist that they agree in every bit they both have."""
    runs = [execute.execute(notebook, checkpoint, precision, inputs) for notebook in pair]
    shared, different = goldens.compare_runs(*runs)
    if different:
        raise SystemExit(f"{precision}: the notebooks differ in {different}")
    return runs, shared


def capture_article(pair, checkpoint, out):
    """Write article.{precision}.safetensors; return what the manifest says of them."""
    described = {}
    for precision in execute.PRECISIONS:
        runs, shared = run_both(pair, checkpoint, precision)
        article = goldens.article_values(runs[0])
        layers = goldens.layer_values(runs)
        goldens.check_first_head(article, layers)
        texts = {id: article.pop(id) for id in steps.TEXT_STEPS}
        name = f"article.{precision}.safetensors"
        metadata = {"case": "article", "precision": precision}
        safetensors_file.write(os.path.join(out, name), {**article, **layers}, metadata)
        described[precision] = manifest.Article(runs, article, layers, texts)
        report(f"article {precision}", shared, article, runs)
    return described


def report(title, shared, article, runs):
    top = article["logits"].float().topk(2).values
    print(f"{title}: {shared} tensors in both notebooks, 0 differ; next token "
          f"{article['next_token']} = {[run.answer for run in runs]}, margin {top[0] - top[1]:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", nargs=2, required=True, metavar=("ORIGINAL", "DEEP_DIVE"))
    parser.add_argument("--checkpoint", default=paths.MICRO, help="folder of the micro checkpoint")
    parser.add_argument("--out", default=paths.MICRO, help="folder for the goldens")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    started = time.time()
    pair = notebooks.load_pair(arguments.notebooks)
    article = capture_article(pair, arguments.checkpoint, arguments.out)
    manifest.write(arguments.out, pair, article)
    print(f"captured in {time.time() - started:.1f} s")


if __name__ == "__main__":
    main()
