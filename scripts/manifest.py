"""Write the manifest of the micro fixtures: what each file is, how it was made, how to compare."""

import json
import os
import platform
from dataclasses import dataclass

import torch

import corpus
import goldens
import notebooks
import paths
import steps
import tolerances

DESCRIPTION = (
    "Goldens of a micro model that has learnt some thirty sentences by heart. It is not Llama-3-8B: "
    "it has Llama 3's architecture, its vocabulary and its token ids, 3 small layers, and knows "
    "nothing but those sentences. The numbers come from PyTorch executing the cells of the notebooks."
)
NAME = "manifest.json"


@dataclass(frozen=True)
class Article:
    """The article's prompt in one precision."""

    runs: list
    values: dict
    layers: dict
    texts: dict


def dtype_name(tensor):
    return str(tensor.dtype).replace("torch.", "")


def describe_step(number, step, article):
    """One row of the table of steps."""
    values = {precision: article[precision].values.get(step.id) for precision in article}
    row = {"number": number, "id": step.id, "variable": step.name, "in_layers": step.in_layers}
    if step.id in steps.TEXT_STEPS:
        row["dtype"] = {precision: "text" for precision in values}
        row["shape"] = [len(article["fp32"].texts[step.id])]
    else:
        row["dtype"] = {precision: dtype_name(tensor) for precision, tensor in values.items()}
        row["shape"] = list(values["fp32"].shape)
    row["cells"] = {
        run.notebook: goldens.cells_of(run)[step.id] for run in article["fp32"].runs
    }
    return row


def describe_files(folder):
    """{name: {sha256, bytes}} of everything in the folder but the manifest."""
    names = sorted(name for name in os.listdir(folder) if name != NAME)
    located = {name: os.path.join(folder, name) for name in names}
    return {
        name: {"sha256": paths.sha256_of(path), "bytes": os.path.getsize(path)}
        for name, path in located.items()
    }


def describe_checkpoint(folder):
    with open(os.path.join(folder, "params.json"), encoding="utf-8") as stream:
        params = json.load(stream)
    with open(os.path.join(folder, "tokenizer.model"), encoding="ascii") as stream:
        tokens = sum(1 for _ in stream)
    return {
        "params": params,
        "dtype": "bfloat16",
        "trained_on": f"{len(corpus.SENTENCES)} sentences of scripts/corpus.py",
        "tokenizer": {
            "excerpt": True,
            "tokens": tokens,
            "of": 128000,
            "first_special_id": 128000,
            "note": "An excerpt of the Llama 3 vocabulary with the true ranks (= token ids). It has "
                    "gaps: special ids start at 128000 whatever the number of lines.",
        },
    }


def build(folder, pair, article, cases):
    """The manifest as one dictionary."""
    fp32 = article["fp32"]
    return {
        "format": 1,
        "description": DESCRIPTION,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "notebooks": [
            {
                "name": notebook.name,
                "repository": notebooks.REPOSITORIES[notebook.name],
                "sha256": notebook.sha256,
            }
            for notebook in pair
        ],
        "checkpoint": describe_checkpoint(folder),
        "prompt": corpus.PROMPT,
        "tokens": fp32.values["tokens"].tolist(),
        "prompt_split_as_tokens": fp32.texts["prompt_split_as_tokens"],
        "next_token": fp32.values["next_token"].item(),
        "answer": fp32.runs[0].answer,
        "tolerances": tolerances.table(),
        "cases": cases,
        "steps": [
            describe_step(number, step, article)
            for number, step in enumerate(steps.STEPS, start=1)
        ],
        "files": describe_files(folder),
    }


def write(folder, pair, article, cases=None):
    """Write manifest.json; lists of numbers and strings stay on one line."""
    with open(os.path.join(folder, NAME), "w", encoding="utf-8", newline="\n") as stream:
        stream.write(pretty(build(folder, pair, article, cases or {})) + "\n")


def pretty(value, indent=""):
    """JSON with one line per entry, and short things on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(indent) + len(flat) <= 100 or is_row(value):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        entries = [f"{json.dumps(k)}: {pretty(v, deeper)}" for k, v in value.items()]
        opening, closing = "{", "}"
    else:
        entries = [pretty(v, deeper) for v in value]
        opening, closing = "[", "]"
    inner = (",\n" + deeper).join(entries)
    return f"{opening}\n{deeper}{inner}\n{indent}{closing}"


def is_row(value):
    """A list of plain numbers."""
    return isinstance(value, list) and all(isinstance(v, (int, float)) for v in value)
