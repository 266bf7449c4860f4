#!/usr/bin/env python3
"""Capture the goldens: execute the notebooks on a checkpoint and write what they compute.

Without --large, the checkpoint is a micro checkpoint. With --large, it is any consolidated.00.pth of Meta, such
as that of Llama 3 8B. Then only the article's prompt is captured and the weights stay in the file. Steps that
only show a weight of a layer are left out, because they would take as much room as the model.
"""

import argparse
import os
import resource
import time

import torch

import cases
import corpus
import decode
import execute
import goldens
import manifest
import micro_model
import notebooks
import paths
import safetensors_file


def check_equal(runs):
    """Both notebooks must agree in every bit of the tensors that both compute; return how many there are."""
    shared, different = goldens.compare_runs(*runs)
    if different:
        raise SystemExit(f"{runs[0].precision}: the notebooks differ in {different}")
    if not shared:
        raise SystemExit(f"{runs[0].precision}: the notebooks have no tensor in common")
    return shared


def check_prompt(prompt, capture):
    """The notebooks ran on the prompt that the manifest will name."""
    pieces = capture.texts["prompt_split_as_tokens"]
    if "".join(pieces[1:]) != prompt:
        raise SystemExit(f"the notebooks ran on {pieces}, expected {prompt!r}")


def capture_article(pair, checkpoint, out, with_weights, fewer):
    """Write article.{precision}.safetensors and finer.{precision}.safetensors; return {precision: capture}."""
    captured = {}
    for precision in execute.PRECISIONS:
        runs = [
            execute.execute(notebook, checkpoint, precision, with_weights=with_weights)
            for notebook in pair
        ]
        shared = check_equal(runs)
        capture = goldens.capture(runs)
        goldens.check_first_head(capture)
        check_prompt(corpus.PROMPT, capture)
        kept = goldens.fewer if fewer else dict
        write(out, "article", precision, kept({**capture.article, **capture.layers}))
        write(out, "finer", precision, kept(capture.finer))
        top = capture.article["logits"].float().topk(2).values
        print(f"article {precision}: {shared} tensors in both notebooks, 0 differ; next token "
              f"{capture.article['next_token']} = {capture.answer!r}, margin {top[0] - top[1]:.2f}")
        captured[precision] = capture
    return captured


def capture_case(case, pair, checkpoint, out, cells):
    """Write {case}.{precision}.safetensors; return the capture in fp32."""
    for precision in reversed(execute.PRECISIONS):
        runs = [
            execute.execute(n, checkpoint, precision, case.execution(cells[n.name], precision))
            for n in pair
        ]
        shared = check_equal(runs)
        capture = goldens.capture(runs)
        check_prompt(case.prompt, capture)
        values = {**capture.article, **capture.layers}
        for name, tensor in case.given.items():
            values[name] = cases.in_precision(tensor, precision)
        kept = [*case.kept(), *case.layers]
        write(out, case.name, precision, {id: values[id] for id in kept if id in values})
        print(f"{case.name} {precision}: {shared} tensors in both notebooks, 0 differ")
    return capture


class Recompute:
    """Both notebooks, executed on any tokens."""

    def __init__(self, pair, checkpoint, cells, precision):
        self.pair, self.checkpoint = pair, checkpoint
        self.cells, self.precision = cells, precision
        self.shared = 0

    def capture(self, tokens):
        runs = [
            execute.execute(n, self.checkpoint, self.precision, decode.inputs_of(n, tokens, self.cells))
            for n in self.pair
        ]
        self.shared += check_equal(runs)
        return goldens.capture(runs)


def capture_decode(pair, checkpoint, out, article, count):
    """Write decode.{precision}.safetensors; return the manifest's description of the passes."""
    values, described = {}, {}
    for precision, captured in article.items():
        recompute = Recompute(pair, checkpoint, captured.cells, precision)
        passes, values[precision] = capture_passes(recompute, captured, count)
        described[precision] = [decode.describe(given, values[precision]) for given in passes]
        write(out, decode.CASE, precision, values[precision])
        print(f"decode {precision}: {count} passes, {recompute.shared} tensors in both notebooks, "
              f"0 differ; {[given.tokens for given in passes]}")
    if described["fp32"] != described["bf16"]:
        raise SystemExit("the two precisions decode different tokens")
    return {"passes": described["fp32"], "steps": decode.describe_cache(values)}


def capture_passes(recompute, captured, count):
    """(passes, {golden name: tensor}) after the prompt; `captured` is the capture of the prompt."""
    prompt = captured.article["tokens"].tolist()
    passes, values, fed = [], {}, []
    for number in range(count):
        before, predicted = captured, captured.article["next_token"].item()
        given = decode.next_pass(number, prompt, fed, predicted, recompute.checkpoint)
        fed += given.tokens
        captured = recompute.capture([*prompt, *fed])
        values.update(decode.values_of(given, captured))
        decode.check_old_rows(given, values, before)
        passes.append(given)
    return passes, values


def write(out, case, precision, tensors):
    path = os.path.join(out, f"{case}.{precision}.safetensors")
    safetensors_file.write(path, tensors, {"case": case, "precision": precision})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", nargs=2, required=True, metavar=("ORIGINAL", "DEEP_DIVE"))
    parser.add_argument("--checkpoint", default=paths.MICRO, help="folder of a checkpoint in Meta's layout")
    parser.add_argument("--out", help="folder for the goldens; by default the folder of the checkpoint")
    parser.add_argument("--article-only", action="store_true", help="without the blind spots, and with few passes after the prompt")
    parser.add_argument("--large", metavar="NAME", help="name of a model that is not a micro model; needs --out")
    arguments = parser.parse_args()
    if arguments.large and not arguments.out:
        parser.error("--large needs --out: the goldens of a large model do not belong in its folder")
    out = arguments.out or arguments.checkpoint
    os.makedirs(out, exist_ok=True)
    torch.set_num_threads(1)
    started = time.time()
    pair = notebooks.load_pair(arguments.notebooks)
    params = micro_model.read_params(arguments.checkpoint)
    fewer = micro_model.has_fewer_goldens(params)
    article = capture_article(pair, arguments.checkpoint, out, with_weights=not (arguments.large or fewer), fewer=fewer)
    fp32 = article["fp32"]
    described = {}
    for case in [] if arguments.article_only or arguments.large else cases.of_model(params):
        captured = capture_case(case, pair, arguments.checkpoint, out, fp32.cells)
        described[case.name] = manifest.describe_case(case, captured)
    count = decode.FEW_PASSES if arguments.article_only or fewer else decode.PASSES
    decoded = None if arguments.large else capture_decode(pair, arguments.checkpoint, out, article, count)
    manifest.write(out, pair, article, described, decoded, arguments.checkpoint, arguments.large)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"captured in {time.time() - started:.1f} s, with at most {peak:.1f} GB, mapped weights included")


if __name__ == "__main__":
    main()
