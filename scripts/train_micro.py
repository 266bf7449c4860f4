#!/usr/bin/env python3
"""Train a micro checkpoint: a tiny Llama 3 that has learnt the sentences of corpus.py by heart.

It is not Llama-3-8B and knows nothing else. It really answers the article's prompt with token 2983 =
"42", and its weights are small enough for a repository.
"""

import argparse
import json
import math
import os
import shutil
import time

import torch

import checkpoint_file
import corpus
import llama_tokenizer
import micro_model
import paths

SEED = 42
STEPS = 800
LEARNING_RATE = 3e-3
WARM_UP_STEPS = 40
# Small embeddings, as in the real model, make the eps of the first norm visible.
EMBEDDING_STD = 0.01
IGNORED = -100
# Every checkpoint folder has its own tokenizer, with the tokenizer's licence.
WITH_TOKENIZER = ("tokenizer.model", "LICENSE-Llama-3.txt", "NOTICE.txt")


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


def initial_weights(params, seen_count):
    """Random weights; the two vocabulary tensors have rows for seen tokens only."""
    weights = {}
    for name, shape in micro_model.tensor_shapes(params).items():
        if name in micro_model.VOCABULARY_TENSORS:
            shape = (seen_count, params["dim"])
        if len(shape) == 1:
            # Norm weights are far from 1, so that a forward without them shows.
            tensor = torch.empty(shape).uniform_(0.5, 1.5)
        elif name == "tok_embeddings.weight":
            tensor = torch.randn(shape) * EMBEDDING_STD
        else:
            tensor = torch.randn(shape) / math.sqrt(shape[1])
        if name.endswith(("wo.weight", "w2.weight")):
            tensor *= 0.5
        weights[name] = tensor.requires_grad_(True)
    return weights


def optimizer_for(weights):
    """AdamW with a slow rate for the small embeddings and weight decay for matrices only."""
    embeddings = weights["tok_embeddings.weight"]
    vectors = [tensor for tensor in weights.values() if tensor.dim() == 1]
    matrices = [t for t in weights.values() if t.dim() == 2 and t is not embeddings]
    groups = [
        {"params": [embeddings], "lr": LEARNING_RATE * EMBEDDING_STD, "weight_decay": 0.0},
        {"params": vectors, "lr": LEARNING_RATE, "weight_decay": 0.0},
        {"params": matrices, "lr": LEARNING_RATE, "weight_decay": 0.02},
    ]
    for group in groups:
        group["full_lr"] = group["lr"]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98))


def schedule(step):
    """The factor of the learning rate: warm-up, then a cosine down to 1 %."""
    warm_up = min(1, (step + 1) / WARM_UP_STEPS)
    return warm_up * (0.5 + 0.5 * math.cos(math.pi * step / STEPS)) + 0.01


def loss_of(logits, targets, unseen_count):
    """Cross entropy over the whole vocabulary; the logit of each unseen token is exactly 0."""
    unseen = torch.tensor(math.log(unseen_count))
    normaliser = torch.logaddexp(logits.logsumexp(-1), unseen)
    chosen = logits.gather(2, targets.clamp(min=0)[..., None])[..., 0]
    return (normaliser - chosen)[targets != IGNORED].mean()


def train(params, seen, inputs, targets):
    """The trained weights in float32; the vocabulary tensors have rows for seen tokens only."""
    weights = initial_weights(params, len(seen))
    optimizer = optimizer_for(weights)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = group["full_lr"] * schedule(step)
        logits = micro_model.forward(weights, inputs, params)
        loss = loss_of(logits, targets, params["vocab_size"] - len(seen))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
        optimizer.step()
        if step % 100 == 0 or step == STEPS - 1:
            print(f"step {step:3d}  loss {loss.item():.4f}", flush=True)
    return {name: tensor.detach() for name, tensor in weights.items()}


def full_checkpoint(params, weights, seen):
    """All weights in bfloat16; unseen tokens have rows of zeros."""
    checkpoint = {}
    for name, shape in micro_model.tensor_shapes(params).items():
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
    params = micro_model.MODELS[arguments.model]
    torch.manual_seed(SEED)
    torch.set_num_threads(1)        # one thread: the same sums in the same order on every run
    started = time.time()
    ranks = llama_tokenizer.load_ranks(os.path.join(paths.MICRO, "tokenizer.model"))
    seen, inputs, targets = training_batch(llama_tokenizer.encoding_of(ranks), corpus.SENTENCES)
    checkpoint = full_checkpoint(params, train(params, seen, inputs, targets), seen)
    folder = arguments.out or os.path.join(paths.FIXTURES, arguments.model)
    path = write_checkpoint(folder, params, checkpoint)
    print(f"{len(corpus.SENTENCES)} sentences, {len(seen)} distinct tokens")
    print(f"trained in {time.time() - started:.1f} s; sha256 {paths.sha256_of(path)}")


if __name__ == "__main__":
    main()
