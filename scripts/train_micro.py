#!/usr/bin/env python3
"""Train a micro checkpoint: a tiny Llama 3 that has learnt the sentences of corpus.py by heart.

It is not Llama-3-8B and knows nothing else. It really answers the article's prompt with token 2983 =
"42", and its weights are small enough for a repository.

micro-3.2 has ten times as many weights. While they are trained, they are rounded to multiples of one number per matrix: few different
numbers, which a zip entry packs well. It also learns to give the first token one huge number, as real models do.
"""

import argparse
import json
import math
import os
import shutil
import time
from dataclasses import dataclass

import torch

import checkpoint_file
import corpus
import llama_tokenizer
import micro_model
import paths

SEED = 42
WARM_UP_STEPS = 40
IGNORED = -100
# Every checkpoint folder has its own tokenizer, with the tokenizer's licence.
WITH_TOKENIZER = ("tokenizer.model", "LICENSE-Llama-3.txt", "NOTICE.txt")


@dataclass(frozen=True)
class Recipe:
    """How a model is trained."""

    steps: int = 800
    learning_rate: float = 3e-3
    # Small embeddings, as in the real model, make the eps of the first norm visible.
    embedding_std: float = 0.01
    grid: float = None          # matrices are rounded to multiples of about this, in standard deviations of their first values
    outlier: float = None       # what OUTLIER_CHANNEL of the first token is to be after the first layer


OUTLIER_CHANNEL = 7
RECIPES = {
    "micro": Recipe(),
    "micro-mha": Recipe(),
    "micro-3.2": Recipe(steps=200, learning_rate=3e-3, embedding_std=0.04, grid=1.0, outlier=400.0),
}


def training_batch(encoding, sentences):
    """(distinct ids, inputs, targets); inputs and targets are positions in the list of distinct ids."""
    sequences = [
        [llama_tokenizer.BEGIN_OF_TEXT, *encoding.encode(text), llama_tokenizer.END_OF_TEXT]
        for text in sentences
    ]
    seen = sorted({token for sequence in sequences for token in sequence})
    row_of = {token: row for row, token in enumerate(seen)}
    length = max(map(len, sequences)) - 1
    inputs = torch.zeros(len(sequences), length, dtype=torch.long)
    targets = torch.full((len(sequences), length), IGNORED)
    for row, sequence in enumerate(sequences):
        rows = torch.tensor([row_of[token] for token in sequence])
        inputs[row, :len(rows) - 1] = rows[:-1]
        targets[row, :len(rows) - 1] = rows[1:]
    return seen, inputs, targets


def standard_deviation(name, shape):
    """That of a matrix before training."""
    return (0.5 if name.endswith(("wo.weight", "w2.weight")) else 1.0) / math.sqrt(shape[1])


def initial_weights(params, recipe, seen_count):
    """Random weights; the two vocabulary tensors have rows for seen tokens only, and are one tensor if they are tied."""
    weights = {}
    for name, shape in micro_model.tensor_shapes(params).items():
        if name in micro_model.VOCABULARY_TENSORS:
            shape = (seen_count, params["dim"])
        if len(shape) == 1:
            # Norm weights are far from 1, so that a forward without them shows.
            tensor = torch.empty(shape).uniform_(0.5, 1.5)
        elif name == "tok_embeddings.weight":
            tensor = torch.randn(shape) * recipe.embedding_std
        elif name == "output.weight" and micro_model.is_tied(params):
            weights[name] = weights["tok_embeddings.weight"]
            continue
        else:
            tensor = torch.randn(shape) / math.sqrt(shape[1])
        if name.endswith(("wo.weight", "w2.weight")):
            tensor *= 0.5
        weights[name] = tensor.requires_grad_(True)
    return weights


def rounded(weights, recipe):
    """The weights as the model will have them; gradients pass through the rounding."""
    if recipe.grid is None:
        return weights
    return {
        name: tensor if is_not_rounded(name, tensor) else on_grid(tensor, grid_of(name, tensor, recipe))
        for name, tensor in weights.items()
    }


def is_not_rounded(name, tensor):
    return tensor.dim() == 1 or name in micro_model.VOCABULARY_TENSORS


def grid_of(name, tensor, recipe):
    """A power of two: its multiples are exact in bfloat16."""
    return 2.0 ** round(math.log2(recipe.grid * standard_deviation(name, tensor.shape)))


def on_grid(tensor, step):
    return tensor + (torch.round(tensor / step) * step - tensor).detach()


def distinct(weights):
    """Tied tensors once."""
    return list({id(tensor): tensor for tensor in weights.values()}.values())


def optimizer_for(weights, recipe):
    """AdamW with a slow rate for the small embeddings and weight decay for matrices only."""
    embeddings = weights["tok_embeddings.weight"]
    vectors = [tensor for tensor in distinct(weights) if tensor.dim() == 1]
    matrices = [t for t in distinct(weights) if t.dim() == 2 and t is not embeddings]
    rate = recipe.learning_rate
    groups = [
        {"params": [embeddings], "lr": rate * recipe.embedding_std, "weight_decay": 0.0},
        {"params": vectors, "lr": rate, "weight_decay": 0.0},
        {"params": matrices, "lr": rate, "weight_decay": 0.02},
    ]
    for group in groups:
        group["full_lr"] = group["lr"]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98))


def schedule(step, steps):
    """The factor of the learning rate: warm-up, then a cosine down to 1 %."""
    warm_up = min(1, (step + 1) / WARM_UP_STEPS)
    return warm_up * (0.5 + 0.5 * math.cos(math.pi * step / steps)) + 0.01


def loss_of(logits, targets, unseen_count):
    """Cross entropy over the whole vocabulary; the logit of each unseen token is exactly 0."""
    unseen = torch.tensor(math.log(unseen_count))
    normaliser = torch.logaddexp(logits.logsumexp(-1), unseen)
    chosen = logits.gather(2, targets.clamp(min=0)[..., None])[..., 0]
    return (normaliser - chosen)[targets != IGNORED].mean()


def outlier_loss(embeddings, recipe):
    """How far the first token's huge number is from what it is to be; `embeddings` are those after the first layer."""
    if recipe.outlier is None:
        return 0
    return (embeddings[0, 0, OUTLIER_CHANNEL] / recipe.outlier - 1) ** 2


def train(params, recipe, seen, inputs, targets):
    """The trained weights in float32; the vocabulary tensors have rows for seen tokens only."""
    weights = initial_weights(params, recipe, len(seen))
    optimizer = optimizer_for(weights, recipe)
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["full_lr"] * schedule(step, recipe.steps)
        used = rounded(weights, recipe)
        states = list(micro_model.hidden_states(used, inputs, params))
        logits = micro_model.logits_of(used, states[-1], params)
        loss = loss_of(logits, targets, params["vocab_size"] - len(seen)) + outlier_loss(states[1], recipe)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(distinct(weights), 1.0)
        optimizer.step()
        if step % 100 == 0 or step == recipe.steps - 1:
            print(f"step {step:3d}  loss {loss.item():.4f}", flush=True)
    return {name: tensor.detach() for name, tensor in rounded(weights, recipe).items()}


def full_checkpoint(params, weights, seen):
    """All weights in bfloat16; unseen tokens have rows of zeros. Tied tensors share their numbers in the file."""
    checkpoint = {}
    for name, shape in micro_model.tensor_shapes(params).items():
        if name == "output.weight" and micro_model.is_tied(params):
            checkpoint[name] = checkpoint["tok_embeddings.weight"]
            continue
        tensor = weights[name].to(torch.bfloat16)
        if name in micro_model.VOCABULARY_TENSORS:
            rows, tensor = tensor, torch.zeros(shape, dtype=torch.bfloat16)
            tensor[torch.tensor(seen)] = rows
        checkpoint[name] = tensor.contiguous()
    return checkpoint


def write_params(path, params):
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        json.dump(params, stream)
        stream.write("\n")


def place_tokenizer(folder):
    """Copy the tokenizer of the first micro checkpoint into another folder."""
    for name in WITH_TOKENIZER:
        source, target = os.path.join(paths.MICRO, name), os.path.join(folder, name)
        if os.path.abspath(source) != os.path.abspath(target):
            shutil.copyfile(source, target)


def write_checkpoint(folder, params, checkpoint):
    """Write all files of a checkpoint folder; return the path of the weights."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "consolidated.00.pth")
    checkpoint_file.save_compressed(path, checkpoint)
    checkpoint_file.verify(path, checkpoint)
    write_params(os.path.join(folder, "params.json"), params)
    place_tokenizer(folder)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=micro_model.MODELS, default="micro")
    parser.add_argument("--out", help="folder for the checkpoint; by default fixtures/{model}")
    arguments = parser.parse_args()
    params, recipe = micro_model.MODELS[arguments.model], RECIPES[arguments.model]
    torch.manual_seed(SEED)
    torch.set_num_threads(1)        # one thread: the same sums in the same order on every run
    started = time.time()
    ranks = llama_tokenizer.load_ranks(os.path.join(paths.MICRO, "tokenizer.model"))
    seen, inputs, targets = training_batch(llama_tokenizer.encoding_of(ranks), corpus.SENTENCES)
    checkpoint = full_checkpoint(params, train(params, recipe, seen, inputs, targets), seen)
    folder = arguments.out or os.path.join(paths.FIXTURES, arguments.model)
    path = write_checkpoint(folder, params, checkpoint)
    print(f"{len(corpus.SENTENCES)} sentences, {len(seen)} distinct tokens")
    print(f"trained in {time.time() - started:.1f} s; sha256 {paths.sha256_of(path)}")


if __name__ == "__main__":
    main()
