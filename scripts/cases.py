"""The blind spots of the article's prompt: inputs that show mistakes which the prompt hides.

Every case is a notebook executed on other inputs. `steps` are the steps to check. The case's file
holds their inputs and their results.
"""

from dataclasses import dataclass, field

import torch

import execute
import steps

FAR_POSITIONS = (0, 1, 2, 16, 1000, 8191)
# Both ends of the original context of a model whose RoPE is scaled, and the last position of its own.
FAR_SCALED_POSITIONS = (0, 1, 8191, 8192, 8193, 131071)
NORM_MAGNITUDES = (1e-5, 1e-3, 1e-2, 1.0, 1e3, 0.0)


@dataclass(frozen=True)
class Case:
    """One set of inputs, and which results to keep."""

    name: str
    description: str
    prompt: str
    steps: list
    inputs: list = field(default_factory=list)      # further step ids that the file holds
    layers: list = field(default_factory=list)      # keys of single layers that the file holds
    positions: tuple = None
    # {step id: {variable: tensor}}; the variables are set right before the cell of that step runs.
    before: dict = field(default_factory=dict)

    @property
    def given(self):
        """{variable: tensor} of all variables set by hand."""
        return {name: t for variables in self.before.values() for name, t in variables.items()}

    def kept(self):
        """The step ids in the case's file, in reading order."""
        wanted = {*self.steps, *self.inputs}
        return [step.id for step in steps.STEPS if step.id in wanted]

    def execution(self, cells, precision):
        """The case as inputs of a notebook whose steps are in `cells`."""
        before = {
            cells[id]: {name: in_precision(tensor, precision) for name, tensor in given.items()}
            for id, given in self.before.items()
        }
        return execute.Inputs(self.prompt, self.positions, before)


def in_precision(tensor, precision):
    """The same numbers in the type of the precision: a bfloat16 tensor becomes float32 in fp32."""
    return tensor.float() if precision == "fp32" else tensor


def ids_between(first, last):
    """The ids from one step to another, both included."""
    ids = [step.id for step in steps.STEPS]
    return ids[ids.index(first):ids.index(last) + 1]


def other_prompt(last_layer):
    """The whole article on a prompt of another length."""
    return Case(
        "other_prompt",
        "The whole article on another prompt, of 6 tokens: nothing may depend on there being 17. "
        "Without the logits, which are large.",
        "the capital of France is",
        ids_between("tokens", "final_embedding_normalized"),
        inputs=["next_token"],
        layers=["layers.0.qkv_attention", f"layers.{last_layer}.layer_0_embedding"],
    )


def far_positions(positions, description):
    """RoPE far from the start, where wrong frequencies show."""
    # In reading order, the tables are between the queries and their rotation.
    chain = ids_between("q_per_token_split_into_pairs", "q_per_token_rotated")
    chain += ids_between("k_per_token_split_into_pairs", "qk_per_token")
    return Case(
        "far_positions",
        description,
        "the capital of France is",
        chain,
        inputs=["tokens", "q_per_token", "k_per_token"],
        positions=positions,
    )


def small_norms(dim):
    """The three norms on rows of very different magnitude."""
    generator = torch.Generator().manual_seed(17)
    magnitudes = torch.tensor(NORM_MAGNITUDES)[:, None]

    def rows():
        normal = torch.randn(len(NORM_MAGNITUDES), dim, generator=generator)
        return (normal * magnitudes).to(torch.bfloat16)

    return Case(
        "small_norms",
        f"The three norms on rows of magnitude {', '.join(f'{m:g}' for m in NORM_MAGNITUDES)}: a "
        "missing, wrong or misplaced norm_eps shows in the small rows, and as NaN in the zero row.",
        "the capital of France is",
        ["token_embeddings", "embedding_after_edit_normalized", "final_embedding_normalized"],
        inputs=["token_embeddings_unnormalized", "embedding_after_edit", "final_embedding"],
        before={
            "token_embeddings": {"token_embeddings_unnormalized": rows()},
            "embedding_after_edit_normalized": {"embedding_after_edit": rows()},
            "final_embedding_normalized": {"final_embedding": rows()},
        },
    )


def large_scores():
    """Masking and softmax on scores whose exponentials overflow."""
    scores = torch.tensor([
        [-1500.0, 1500.0, 1500.0, 1500.0, 1500.0, 1500.0],      # later tokens must not count
        [1500.0, -1500.0, 1400.0, 0.0, -1400.0, 700.0],
        [1500.0, 1500.0, 1500.0, -1500.0, -1500.0, -1500.0],    # a tie at the top
        [1499.0, 1500.0, 1498.5, 1499.5, 1500.0, 1501.0],       # neighbours at the top
        [-1499.0, -1500.0, -1498.5, -1499.5, -1500.0, 1500.0],  # neighbours far below zero
        [0.0, -1500.0, 1.0, -0.5, -700.0, 0.25],
    ])
    return Case(
        "large_scores",
        "Masking and softmax on scores of about 1500 and -1500: exp overflows where the row's "
        "maximum is not subtracted first.",
        "the capital of France is",
        ids_between("mask", "qk_per_token_after_masking_after_softmax"),
        inputs=["tokens", "qk_per_token"],
        before={"qk_per_token_after_masking": {"qk_per_token": scores}},
    )


FAR = (
    "Six tokens at positions up to 8191: at 17 tokens, frequencies that are slightly wrong, "
    "scaled, or rounded to bfloat16 hardly show."
)
FAR_SCALED = (
    "Six tokens at positions up to 131071, three of them at the end of the original context: at 17 "
    "tokens, frequencies that are scaled wrongly or not at all hardly show."
)


def of_model(params):
    """The cases of a micro model; those that have nothing to do with scaled RoPE are captured on the model without."""
    if params.get("use_scaled_rope"):
        return [far_positions(FAR_SCALED_POSITIONS, FAR_SCALED)]
    return [
        other_prompt(params["n_layers"] - 1),
        far_positions(FAR_POSITIONS, FAR),
        small_norms(params["dim"]),
        large_scores(),
    ]
