"""Literals in the notebooks' code: sizes of the 8B model, of the prompt and of the vocabulary.

Each entry names a cell, an expression as `ast.unparse` prints it, its replacement, and how often the
expression must occur. A notebook with another count is refused.
"""

from dataclasses import dataclass

import notebooks


@dataclass(frozen=True)
class Literal:
    cell: int
    old: str
    new: str
    count: int = 1


HEADS_PER_KV_HEAD = ("head // 4", "head // (n_heads // n_kv_heads)", 2)
ROOT_OF_HEAD_DIM = ("128 ** 0.5", "head_dim ** 0.5")
# Special ids follow the 128000 ordinary ones, also when an excerpt of the vocabulary has fewer.
VOCABULARY_SIZE = ("len(mergeable_ranks)", "128000")
POSITIONS = ("torch.arange(17)", "torch.arange(len(tokens))")
# The function that scales the frequencies as the model says; the notebooks are of Llama 3, which does not.
SCALED = "__scaled__"
FREQS = "1.0 / rope_theta ** zero_to_one_split_into_64_parts"
SCALED_FREQS = (FREQS, f"{SCALED}({FREQS})")

LITERALS = {
    notebooks.ORIGINAL: [
        Literal(2, *VOCABULARY_SIZE),
        Literal(28, "range(64)", "range(head_dim // 2)"),
        Literal(28, "torch.tensor(range(head_dim // 2)) / 64",
                "torch.tensor(range(head_dim // 2)) / (head_dim // 2)"),
        Literal(29, *SCALED_FREQS),
        Literal(30, *POSITIONS),
        Literal(64, *HEADS_PER_KV_HEAD),
        Literal(64, *ROOT_OF_HEAD_DIM),
        Literal(80, *HEADS_PER_KV_HEAD),
        Literal(80, *ROOT_OF_HEAD_DIM),
    ],
    notebooks.DEEP_DIVE: [
        Literal(11, *VOCABULARY_SIZE),
        Literal(53, *SCALED_FREQS),
        Literal(54, *POSITIONS),
    ],
}

# The cell that decodes the answer. Later cells of the deep dive print further predictions, whose
# tokens are not in an excerpt of the vocabulary.
LAST_CELL = {notebooks.ORIGINAL: 90, notebooks.DEEP_DIVE: 107}


def literals_of(name, positions=None):
    """The literals of a notebook; `positions` replaces 0, 1, 2, ... in RoPE."""
    if positions is None:
        return LITERALS[name]
    chosen = f"torch.tensor({list(positions)})"
    return [
        Literal(literal.cell, literal.old, chosen) if literal.old == POSITIONS[0] else literal
        for literal in LITERALS[name]
    ]
