"""Execute a notebook on a checkpoint and record every variable that its cells assign."""

import contextlib
import gc
import hashlib
import io
import os
import sys
import tempfile
from dataclasses import dataclass, field
from unittest import mock

import torch

import canonical
import finer
import goldens
import literals
import mapped_checkpoint
import micro_model
import paths
import rewrite
import rope_scaling

CHECKPOINT_FILES = ("consolidated.00.pth", "params.json", "tokenizer.model")
PRECISIONS = ("fp32", "bf16")


@dataclass(frozen=True)
class Record:
    """The value of a variable right after an assignment, or of a part of the assigned expression.

    Every tensor has a digest. A value is kept only if it may become a golden, because the layers of a
    large model would not fit into memory.
    """

    cell: int
    name: str
    loops: dict
    value: object = None
    digest: tuple = None


@dataclass
class Run:
    """What one execution of a notebook recorded."""

    notebook: str
    precision: str
    with_weights: bool = True       # whether weights inside the loop over the layers are kept
    records: list = field(default_factory=list)
    answer: str = ""


@dataclass(frozen=True)
class Inputs:
    """The inputs that differ from the article.

    `before` maps a cell number to {variable: value}, set right before that cell runs.
    """

    prompt: str = None
    positions: tuple = None
    before: dict = field(default_factory=dict)


def execute(notebook, checkpoint, precision, inputs=Inputs(), with_weights=True):
    """Execute `notebook` on the checkpoint in folder `checkpoint`.

    bf16: as the notebook computes, with each bfloat16 operation rounded once (see canonical.py).
    fp32: casts to bfloat16 become casts to float32, and weights are widened.
    Gradients are off, because they would keep all weights in memory.
    """
    use_packages()
    params = micro_model.read_params(checkpoint)      # before the working folder changes
    run = Run(notebook.name, precision, with_weights)
    with working_folder(checkpoint), rounding(precision), mapped_weights(precision), torch.no_grad():
        torch.manual_seed(0)
        run_cells(notebook, run, inputs, params)
    return run


def run_cells(notebook, run, inputs, params):
    """Run the cells up to the answer, without showing the notebook's output."""
    table = literals.literals_of(notebook.name, inputs.positions)
    last_cell = literals.LAST_CELL[notebook.name]
    sources = {cell: source for cell, source in notebook.code_cells() if cell <= last_cell}
    for cell in {last_cell, *(literal.cell for literal in table)}:
        if cell not in sources:
            raise SystemExit(f"{notebook.path}: cell {cell} is not a code cell")
    namespace = {"__name__": "__main__", literals.SCALED: lambda freqs: rope_scaling.of_model(freqs, params)}
    for cell, source in sources.items():
        of_cell = [literal for literal in table if literal.cell == cell]
        where = f"{notebook.path}, cell {cell}"
        code = rewrite.compile_cell(source, where, of_cell, run.precision == "fp32", inputs.prompt)
        namespace.update(inputs.before.get(cell, {}))
        recorder = Recorder(run, cell)
        namespace[rewrite.RECORD] = recorder.record
        namespace[rewrite.RECORD_PART] = recorder.record_part
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, namespace)
        if recorder.parts:
            raise SystemExit(f"{where}: no assignment follows {recorder.parts[-1][0]!r}")
    namespace["plt"].close("all")
    run.answer = namespace[rewrite.LAST_VALUE]
    # Functions of the notebook refer to the namespace, which holds the embeddings and the weights.
    namespace.clear()
    gc.collect()


class Recorder:
    """The functions that the rewritten statements of a cell call."""

    def __init__(self, run, cell):
        self.run = run
        self.cell = cell
        self.parts = []     # (expression, value) since the last assignment

    def record_part(self, expression, value):
        """Remember a value inside an expression until its assignment is done; return it unchanged."""
        self.parts.append((expression, own_copy(value)))
        return value

    def record(self, name, value, loops):
        """Record an assignment, and the parts of its expression."""
        for expression, part in self.parts:
            self.add(finer.part_name(name, expression), part, loops)
        self.parts.clear()
        self.add(name, value, loops)

    def add(self, name, value, loops):
        """Add a record; a value that is not needed later is recorded by its digest alone."""
        kept = own_copy(value) if goldens.is_needed(name, loops, self.run.with_weights) else None
        digest = digest_of(value) if torch.is_tensor(value) else None
        self.run.records.append(Record(self.cell, name, loops, kept, digest))


def digest_of(tensor):
    """Equal for two tensors exactly if they are equal in type, shape and every bit."""
    plain = tensor.detach().resolve_conj().contiguous()
    if plain.dtype == torch.bfloat16:
        plain = plain.view(torch.int16)
    return tensor.dtype, tuple(tensor.shape), hashlib.sha1(plain.numpy()).digest()


def own_copy(value):
    """A copy that later statements cannot change."""
    if torch.is_tensor(value):
        return value.detach().clone().resolve_conj().contiguous()
    return list(value) if isinstance(value, list) else value


def rounding(precision):
    """The context of a run: bf16 runs round canonically, fp32 runs have nothing to round."""
    return canonical.CanonicalBfloat16() if precision == "bf16" else contextlib.nullcontext()


def use_packages():
    """Make the notebooks' imports work without the network."""
    paths.use_stand_ins()
    hub = os.path.join(paths.SCRIPTS, "stand_ins")
    sys.path.insert(0, hub)
    try:
        # The real package would log in and download the 8B model.
        sys.modules.pop("huggingface_hub", None)
        import huggingface_hub
        if not (huggingface_hub.__file__ or "").startswith(hub):
            raise SystemExit(f"huggingface_hub: expected the stand-in in {hub}, found {huggingface_hub.__file__}")
    finally:
        sys.path.remove(hub)
    if not hasattr(torch, "set_default_device"):        # PyTorch before 2.0
        torch.set_default_device = lambda device: None


def mapped_weights(precision):
    """Let torch.load map the file; in fp32, each weight is widened when it is read."""
    dtype = torch.float32 if precision == "fp32" else None
    return mock.patch.object(torch, "load", lambda path, **_: mapped_checkpoint.load(path, dtype))


@contextlib.contextmanager
def working_folder(checkpoint):
    """A temporary current folder with the checkpoint where the notebooks look for it."""
    before = os.getcwd()
    checkpoint = os.path.abspath(checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        for place in ("Meta-Llama-3-8B", os.path.join("Meta-Llama-3-8B", "original")):
            os.makedirs(os.path.join(folder, place))
            for name in CHECKPOINT_FILES:
                os.symlink(os.path.join(checkpoint, name), os.path.join(folder, place, name))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
