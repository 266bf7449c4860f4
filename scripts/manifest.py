"""Write the manifest of captured goldens: what each file holds, how it was made, and how to compare."""

import os
import platform

import torch

import corpus
import finer
import json_text
import micro_model
import notebooks
import paths
import port_tolerances
import steps
import tolerances

DESCRIPTION = (
    "Goldens of a micro model that has learnt some thirty sentences by heart. It is not "
    "Llama-3-8B: it has Llama 3's architecture, its vocabulary size and its token ids, 3 small "
    "layers, and knows nothing but those sentences. The numbers come from PyTorch executing the "
    "cells of the notebooks."
)
LARGE = (
    "Goldens of {}, the article's prompt alone. The numbers come from PyTorch executing the cells of the "
    "notebooks. In the layers, steps that only show a weight are left out: the checkpoint has them."
)
SCALED = " Its architecture is that of Llama 3.2: RoPE scaled by 32, a head_dim that is not dim / n_heads, tied embeddings."
COMPACT = (
    " Weights are not repeated here, and in the layers no result is there twice in different shapes: the checkpoint and the other result have the same numbers."
)
NO_GROUPS = " Here every query head has a key-value head of its own."
NAME = "manifest.json"


def dtype_name(tensor):
    return str(tensor.dtype).replace("torch.", "")


def describe_step(number, step, article):
    """One row of the table of steps; `article` is {precision: capture}."""
    fp32 = article["fp32"]
    if step.id in steps.TEXT_STEPS:
        dtype = {precision: "text" for precision in article}
        shape = [len(fp32.texts[step.id])]
    else:
        dtype = {p: dtype_name(capture.article[step.id]) for p, capture in article.items()}
        shape = list(fp32.article[step.id].shape)
    return {
        "number": number,
        "id": step.id,
        "variable": step.name,
        "dtype": dtype,
        "shape": shape,
        "in_layers": step.in_layers,
        "cells": {notebook: cells[step.id] for notebook, cells in fp32.cells.items()},
    }


def describe_finer(point, article):
    """One row of the table of finer points."""
    values = {precision: capture.finer[point.id] for precision, capture in article.items()}
    return {
        "id": point.id,
        "part_of": point.part_of,
        "formula": point.formula,
        "dtype": {precision: dtype_name(value) for precision, value in values.items()},
        "shape": list(values["fp32"].shape),
        "in_layers": point.step.in_layers,
    }


def describe_case(case, capture):
    """The inputs of a blind-spot case, and the steps that it checks."""
    described = {"description": case.description}
    if "tokens" in case.kept():
        described["prompt"] = case.prompt
        described["tokens"] = capture.article["tokens"].tolist()
        described["prompt_split_as_tokens"] = capture.texts["prompt_split_as_tokens"]
    if case.positions is not None:
        described["positions"] = list(case.positions)
    if "next_token" in case.kept():
        described["next_token"] = capture.article["next_token"].item()
        described["answer"] = capture.answer
    return {**described, "steps": case.steps}


def describe_files(folder):
    """{name: {sha256, bytes}} of every file in the folder except the manifest."""
    names = sorted(name for name in os.listdir(folder) if name != NAME)
    located = {name: os.path.join(folder, name) for name in names}
    return {
        name: {"sha256": paths.sha256_of(path), "bytes": os.path.getsize(path)}
        for name, path in located.items()
    }


def model_of(params):
    """The name of the micro model that has these parameters."""
    for name, given in micro_model.MODELS.items():
        if given == params:
            return name
    raise SystemExit(f"no micro model has the parameters {params}; --large captures any other model")


def describe_checkpoint(folder, large):
    params = micro_model.read_params(folder)
    if large:
        return {"name": large, "params": params, "dtype": "bfloat16"}
    with open(os.path.join(folder, "tokenizer.model"), encoding="ascii") as stream:
        tokens = sum(1 for _ in stream)
    return {
        "name": f"Llama-3-{model_of(params)}",
        "params": params,
        "dtype": "bfloat16",
        "trained_on": f"{len(corpus.SENTENCES)} sentences of scripts/corpus.py",
        "tokenizer": {
            "excerpt": True,
            "tokens": tokens,
            "of": 128000,
            "first_special_id": 128000,
            "note": "An excerpt of the Llama 3 vocabulary with the true ranks (= token ids). It "
                    "has gaps: special ids start at 128000 whatever the number of lines.",
        },
    }


def describe(params, large):
    if large:
        return LARGE.format(large)
    if micro_model.has_fewer_goldens(params):
        return DESCRIPTION + SCALED + COMPACT
    return DESCRIPTION if params["n_kv_heads"] < params["n_heads"] else DESCRIPTION + NO_GROUPS


def build(folder, pair, article, cases, decoded, checkpoint, large):
    """The manifest as one dictionary."""
    fp32 = article["fp32"]
    return {
        "format": 1,
        "description": describe(micro_model.read_params(checkpoint), large),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "notebooks": notebooks.described(pair),
        "checkpoint": describe_checkpoint(checkpoint, large),
        "prompt": corpus.PROMPT,
        "tokens": fp32.article["tokens"].tolist(),
        "prompt_split_as_tokens": fp32.texts["prompt_split_as_tokens"],
        "next_token": fp32.article["next_token"].item(),
        "answer": fp32.answer,
        "tolerances": tolerances.table(large=bool(large)),
        "port_tolerances": port_tolerances.table(),
        "cases": cases,
        **({"decode": decoded} if decoded else {}),
        "steps": [
            describe_step(number, step, article)
            for number, step in enumerate(steps.STEPS, start=1)
        ],
        "finer": [describe_finer(point, article) for point in finer.FINER],
        "files": describe_files(folder),
    }


def write(folder, pair, article, cases, decoded, checkpoint, large=None):
    """Write manifest.json, after all files that it lists; `large` is the name of a large model."""
    made = build(folder, pair, article, cases, decoded, checkpoint, large)
    json_text.write(os.path.join(folder, NAME), made)
