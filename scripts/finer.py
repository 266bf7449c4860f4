"""Finer points: results inside the expression of one step, which ports often compute as results of their own."""

from dataclasses import dataclass

import steps

# Subexpressions of the notebooks' expressions, as `ast.unparse` prints them.
NORM = "tensor * torch.rsqrt(tensor.pow(2).mean(-1, keepdim=True) + norm_eps)"
SCORES = "torch.matmul(q_per_token_rotated, k_per_token_rotated.T)"
GATE = "torch.matmul(embedding_after_edit_normalized, w1.T)"
ACTIVATED = f"torch.functional.F.silu({GATE})"
UP = "torch.matmul(embedding_after_edit_normalized, w3.T)"
PRODUCT = f"{ACTIVATED} * {UP}"
EXPRESSIONS = (NORM, SCORES, GATE, ACTIVATED, UP, PRODUCT)


@dataclass(frozen=True)
class Finer:
    """One finer point; `id` is its key in the goldens."""

    id: str
    part_of: str        # the id of the step
    expression: str     # in the notebooks
    formula: str        # for readers

    @property
    def step(self):
        """The finer point as a step, whose variable is a part of another step's expression."""
        whole = steps.BY_ID[self.part_of]
        name = part_name(whole.name, self.expression)
        return steps.Step(self.id, whole.in_layers, part_name(whole.loop_name, self.expression), name)


def part_name(variable, expression):
    """The recorded name of a subexpression of a variable's expression."""
    return f"{variable}: {expression}"


NORM_FORMULA = "x * rsqrt(mean(x^2) + norm_eps)"
FEED_FORWARD = "output_after_feedforward"
FINER = [
    Finer("attention_norm_before_weight", "token_embeddings", NORM, NORM_FORMULA),
    Finer("qk_per_token_before_scaling", "qk_per_token", SCORES,
          "q_per_token_rotated * k_per_token_rotated^T"),
    Finer("ffn_norm_before_weight", "embedding_after_edit_normalized", NORM, NORM_FORMULA),
    Finer("feed_forward_gate", FEED_FORWARD, GATE, "x * w1^T"),
    Finer("feed_forward_gate_activated", FEED_FORWARD, ACTIVATED, "silu(feed_forward_gate)"),
    Finer("feed_forward_up", FEED_FORWARD, UP, "x * w3^T"),
    Finer("feed_forward_product", FEED_FORWARD, PRODUCT,
          "feed_forward_gate_activated * feed_forward_up"),
    Finer("norm_before_weight", "final_embedding_normalized", NORM, NORM_FORMULA),
]
STEPS = [point.step for point in FINER]


def all_ids():
    """The ids of steps and finer points in reading order; finer points come before their step."""
    inside = {step.id: [f.id for f in FINER if f.part_of == step.id] for step in steps.STEPS}
    return [id for step in steps.STEPS for id in (*inside[step.id], step.id)]
