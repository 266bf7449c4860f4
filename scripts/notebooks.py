"""Read a Jupyter notebook: the source of its cells and what they printed."""

import json
import os
from dataclasses import dataclass

import paths

ORIGINAL = "llama3-from-scratch"
DEEP_DIVE = "Deepdive-llama3-from-scratch-en"
REPOSITORIES = {
    ORIGINAL: "https://github.com/naklecha/llama3-from-scratch",
    DEEP_DIVE: "https://github.com/therealoliver/Deepdive-llama3-from-scratch",
}


@dataclass(frozen=True)
class Notebook:
    """One notebook. Cells are numbered from 0, text cells included."""

    path: str
    name: str
    sha256: str
    cells: list

    def code_cells(self):
        """(number, source) of every code cell, in order."""
        for number, cell in enumerate(self.cells):
            if cell["cell_type"] == "code":
                yield number, "".join(cell["source"])

    def source(self, number):
        """The source of a cell."""
        return "".join(self.cells[number]["source"])

    def printed(self, number):
        """All text that a cell printed or displayed, as stored in the notebook."""
        texts = []
        for output in self.cells[number]["outputs"]:
            if output["output_type"] == "stream":
                texts.append("".join(output["text"]))
            elif output["output_type"] == "execute_result":
                texts.append("".join(output["data"]["text/plain"]))
        return "".join(texts)


def load(path):
    """Load one of the two notebooks; its file name says which."""
    name = os.path.splitext(os.path.basename(path))[0]
    if name not in REPOSITORIES:
        raise SystemExit(f"{path}: expected a notebook named {' or '.join(REPOSITORIES)}")
    with open(path, encoding="utf-8") as stream:
        cells = json.load(stream)["cells"]
    return Notebook(path, name, paths.sha256_of(path), cells)


def load_pair(given):
    """The original and the deep dive, in this order."""
    loaded = {notebook.name: notebook for notebook in map(load, given)}
    if len(loaded) != len(REPOSITORIES):
        raise SystemExit(f"both notebooks are needed: {', '.join(REPOSITORIES)}")
    return [loaded[name] for name in REPOSITORIES]


def described(pair):
    """The origin of the notebooks, for manifests."""
    return [
        {
            "name": notebook.name,
            "repository": REPOSITORIES[notebook.name],
            "sha256": notebook.sha256,
        }
        for notebook in pair
    ]
