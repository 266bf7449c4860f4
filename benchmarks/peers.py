"""Time this project beside PyTorch on the same checkpoint, in turns: other work on the machine slows both alike.

    python3 benchmarks/peers.py CHECKPOINT [--rounds N]

CHECKPOINT is a folder as Meta lays it out; scripts/make_full_size.py writes one of the 8B shapes. All programs map the same file. A
first round, which is not counted, brings it into the page cache: the file must fit into memory.
"""

import json
import math
import os
import statistics
import sys
import time

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "scripts"))

import mapped_checkpoint  # noqa: E402  (in scripts/)
import server  # noqa: E402

TOKENS = [128000, 1820, 4320, 311, 279, 17139, 3488, 315, 2324, 11, 279, 15861, 11, 323, 4395, 374, 220]


def rms_norm(x, weight, eps):
    return (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)) * weight


def rotate(x, freqs_cis):
    pairs = torch.view_as_complex(x.float().view(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * freqs_cis).view(x.shape)


def load(folder):
    """(params, weights) of a checkpoint whose weights can be mapped."""
    path = os.path.join(folder, "consolidated.00.pth")
    if mapped_checkpoint.is_compressed(path):
        raise SystemExit(f"{path} is compressed, expected stored entries")
    with open(os.path.join(folder, "params.json"), encoding="utf-8") as stream:
        return json.load(stream), mapped_checkpoint.load(path)


class Model:
    """Llama 3 in PyTorch; a subclass computes the attention."""

    def __init__(self, folder):
        self.params, self.weights = load(folder)
        self.dim, self.n_heads, self.n_kv_heads = (self.params[name] for name in ("dim", "n_heads", "n_kv_heads"))
        self.head_dim = self.dim // self.n_heads
        self.group = self.n_heads // self.n_kv_heads

    def weight(self, name):
        return self.weights[f"{name}.weight"]

    def norm(self, x, name):
        return rms_norm(x, self.weight(name), self.params["norm_eps"])

    def freqs_cis(self, count):
        pairs = self.head_dim // 2
        freqs = 1.0 / (torch.tensor(self.params["rope_theta"]) ** (torch.arange(pairs) / pairs))
        return torch.polar(torch.ones(count, pairs), torch.outer(torch.arange(count).float(), freqs))

    def forward(self, tokens):
        freqs_cis = self.freqs_cis(len(tokens))
        x = self.weight("tok_embeddings")[torch.tensor(tokens)]
        for layer in range(self.params["n_layers"]):
            name = f"layers.{layer}"
            attention = self.attention(self.norm(x, f"{name}.attention_norm"), f"{name}.attention", freqs_cis)
            x = x + torch.matmul(attention, self.weight(f"{name}.attention.wo").T)
            x = x + self.feed_forward(self.norm(x, f"{name}.ffn_norm"), f"{name}.feed_forward")
        return torch.matmul(self.norm(x, "norm")[-1], self.weight("output").T)

    def feed_forward(self, x, name):
        w1, w2, w3 = (self.weight(f"{name}.{part}") for part in ("w1", "w2", "w3"))
        gate = torch.nn.functional.silu(torch.matmul(x, w1.T))
        return torch.matmul(gate * torch.matmul(x, w3.T), w2.T)


class NotebookWay(Model):
    """As the notebooks compute: head by head, with keys and values computed again for each query head."""

    def attention(self, x, name, freqs_cis):
        mask = torch.full((len(x), len(x)), -math.inf).triu(1)
        wq, wk, wv = (self.weight(f"{name}.{part}").view(-1, self.head_dim, self.dim) for part in ("wq", "wk", "wv"))
        heads = []
        for head in range(self.n_heads):
            q = rotate(torch.matmul(x, wq[head].T), freqs_cis)
            k = rotate(torch.matmul(x, wk[head // self.group].T), freqs_cis)
            v = torch.matmul(x, wv[head // self.group].T)
            scores = torch.matmul(q, k.T) / self.head_dim ** 0.5
            pattern = torch.nn.functional.softmax(scores + mask, dim=1).to(torch.bfloat16)
            heads.append(torch.matmul(pattern, v))
        return torch.cat(heads, dim=-1)


class Plain(Model):
    """The usual code: all heads at once."""

    def attention(self, x, name, freqs_cis):
        mask = torch.full((len(x), len(x)), -math.inf).triu(1)
        q, k, v = (self.heads(x, f"{name}.{part}") for part in ("wq", "wk", "wv"))
        q, k = rotate(q, freqs_cis), rotate(k, freqs_cis).repeat_interleave(self.group, 0)
        scores = torch.matmul(q, k.transpose(1, 2)) / self.head_dim ** 0.5
        pattern = torch.nn.functional.softmax(scores + mask, dim=-1).to(torch.bfloat16)
        mixed = torch.matmul(pattern, v.repeat_interleave(self.group, 0))
        return mixed.transpose(0, 1).reshape(len(x), -1)

    def heads(self, x, name):
        product = torch.matmul(x, self.weight(name).T)
        return product.view(len(x), -1, self.head_dim).transpose(0, 1).contiguous()


def check_same_token(*models):
    """Both ways must answer with the same token."""
    answers = {type(model).__name__: model.forward(TOKENS).argmax().item() for model in models}
    if len(set(answers.values())) != 1:
        raise SystemExit(f"PyTorch's next tokens differ: {answers}")


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main():
    given = server.arguments(__doc__, rounds=5)
    torch.set_num_threads(os.cpu_count())
    torch.set_grad_enabled(False)
    notebook, plain = NotebookWay(given.checkpoint), Plain(given.checkpoint)
    check_same_token(notebook, plain)
    ours = server.Server(given.checkpoint)
    columns = {
        "forward": lambda: ours.ask("forward"),
        "walk": lambda: ours.ask("walk"),
        "notebook": lambda: seconds(lambda: notebook.forward(TOKENS)),
        "plain": lambda: seconds(lambda: plain.forward(TOKENS)),
        "peak": lambda: ours.ask("peak"),
        "bandwidth": lambda: ours.ask("bandwidth"),
    }
    measured = {name: [] for name in columns}
    for number in range(given.rounds + 1):
        for name, measure in columns.items():
            value = measure()
            if number > 0:
                measured[name].append(value)
        print(f"round {number} of {given.rounds}", flush=True)
    report(notebook, {name: statistics.median(values) for name, values in measured.items()})


def report(model, median):
    """Print one line for each program."""
    inside = sum(weight.numel() for name, weight in model.weights.items() if name.startswith("layers."))
    output = model.weight("output").numel()
    arithmetic = 2 * (len(TOKENS) * inside + output) / (median["peak"] * 1e9)
    reading = 2 * (inside + output) / (median["bandwidth"] * 1e9)
    limit = max(arithmetic, reading)
    print(f"machine: {median['peak']:.0f} GFLOP/s float32, {median['bandwidth']:.1f} GB/s; {os.cpu_count()} threads; PyTorch {torch.__version__}")
    print(f"limit of {len(TOKENS)} tokens: {limit:.2f} s (arithmetic {arithmetic:.2f} s, reading {reading:.2f} s)")
    names = {
        "forward": "Llama3.forward",
        "walk": "the walk, step by step",
        "notebook": "PyTorch, the notebook's way",
        "plain": "PyTorch, plain",
    }
    print(f"{'':28} | seconds | of the limit | of the notebook's way")
    for name, title in names.items():
        print(f"{title:28} | {median[name]:7.2f} | {median[name] / limit:12.2f} | {median[name] / median['notebook']:21.2f}")


if __name__ == "__main__":
    main()
