"""Time this project beside PyTorch and llama.cpp on the same weights in bfloat16, in turns: other work on the machine slows all alike.

    python3 benchmarks/peers.py CHECKPOINT [--rounds N]

CHECKPOINT is a folder as Meta lays it out; scripts/make_full_size.py writes one of the 8B shapes. llama.cpp maps a copy as GGUF, which is
written to the subfolder "gguf"; the others map the checkpoint. A first round, which is not counted, brings both into the page cache: they
must fit into memory.
"""

import json
import math
import os
import sys
import time

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "scripts"))

import mapped_checkpoint  # noqa: E402  (in scripts/)
import server  # noqa: E402
from server import TOKENS  # noqa: E402


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

    def freqs_cis(self, start, count):
        pairs = self.head_dim // 2
        freqs = 1.0 / (torch.tensor(self.params["rope_theta"]) ** (torch.arange(pairs) / pairs))
        return torch.polar(torch.ones(count, pairs), torch.outer(torch.arange(start, start + count).float(), freqs))

    def forward(self, tokens, start=0):
        freqs_cis = self.freqs_cis(start, len(tokens))
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
    """The usual code: all heads at once, and a cache of keys and values for those who give the start of the new tokens."""

    def __init__(self, folder):
        super().__init__(folder)
        self.cache = {}

    def attention(self, x, name, freqs_cis):
        mask = torch.full((len(x), len(x)), -math.inf).triu(1)
        q, k, v = (self.heads(x, f"{name}.{part}") for part in ("wq", "wk", "wv"))
        q, k, v = rotate(q, freqs_cis), *self.with_cached(name, rotate(k, freqs_cis), v)
        k = k.repeat_interleave(self.group, 0)
        scores = torch.matmul(q, k.transpose(1, 2)) / self.head_dim ** 0.5
        pattern = torch.nn.functional.softmax(scores + mask, dim=-1).to(torch.bfloat16)
        mixed = torch.matmul(pattern, v.repeat_interleave(self.group, 0))
        return mixed.transpose(0, 1).reshape(len(x), -1)

    def with_cached(self, name, k, v):
        """All keys and values: of a prompt its own, which are kept; of one more token also those of the prompt."""
        if k.shape[1] > 1:
            self.cache[name] = k, v
            return k, v
        return (torch.cat(pair, 1) for pair in zip(self.cache[name], (k, v)))

    def heads(self, x, name):
        product = torch.matmul(x, self.weight(name).T)
        return product.view(len(x), -1, self.head_dim).transpose(0, 1).contiguous()


def check_same_token(answers):
    """All programs must answer with the same token."""
    if len(set(answers.values())) != 1:
        raise SystemExit(f"the next tokens differ: {answers}")


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main():
    given = server.arguments(__doc__, rounds=5)
    torch.set_num_threads(os.cpu_count())
    torch.set_grad_enabled(False)
    notebook, plain = NotebookWay(given.checkpoint), Plain(given.checkpoint)
    llama_cpp = server.llama_cpp(server.gguf(given.checkpoint, "bf16"))
    ours = server.ours(given.checkpoint)
    check_same_token({
        "ours": ours.ask("next"), "llama.cpp": llama_cpp.ask("next"),
        "notebook": notebook.forward(TOKENS).argmax().item(), "plain": plain.forward(TOKENS).argmax().item(),
    })
    count = len(TOKENS)
    columns = {
        "forward": lambda: ours.ask("forward"),
        "walk": lambda: ours.ask("walk"),
        "notebook": lambda: seconds(lambda: notebook.forward(TOKENS)),
        "plain": lambda: seconds(lambda: plain.forward(TOKENS)),
        "llama.cpp": lambda: llama_cpp.ask("forward"),
        "forward, token": lambda: ours.ask(f"token {count}"),
        "plain, token": lambda: seconds(lambda: plain.forward(TOKENS[-1:], start=count)),
        "llama.cpp, token": lambda: llama_cpp.ask(f"token {count}"),
        "peak": lambda: ours.ask("peak"),
        "bandwidth": lambda: ours.ask("bandwidth"),
    }
    report(notebook, server.medians(columns, given.rounds))


def report(model, median):
    """Print one line for each program."""
    inside = sum(weight.numel() for name, weight in model.weights.items() if name.startswith("layers."))
    output = model.weight("output").numel()
    arithmetic = 2 * (len(TOKENS) * inside + output) / (median["peak"] * 1e9)
    reading = 2 * (inside + output) / (median["bandwidth"] * 1e9)
    print(
        f"machine: {median['peak']:.0f} GFLOP/s float32, {median['bandwidth']:.1f} GB/s; "
        f"{os.cpu_count()} threads; PyTorch {torch.__version__}"
    )
    prompt = f"limit of {len(TOKENS)} tokens: {max(arithmetic, reading):.2f} s (arithmetic {arithmetic:.2f} s, reading {reading:.2f} s)"
    print_table(prompt, max(arithmetic, reading), median, {
        "forward": "Llama3.forward",
        "walk": "the walk, step by step",
        "notebook": "PyTorch, the notebook's way",
        "plain": "PyTorch, plain",
        "llama.cpp": "llama.cpp",
    })
    print_table(f"limit of one more token after them: {reading:.2f} s (reading)", reading, median, {
        "forward, token": "Llama3.forward, with a cache",
        "plain, token": "PyTorch, plain",
        "llama.cpp, token": "llama.cpp",
    })


def print_table(title, limit, median, names):
    """Compare with the limit, and with this project, which comes first."""
    ours = median[next(iter(names))]
    print(f"{title}\n{'':28} | seconds | of the limit | of Llama3.forward")
    for name, program in names.items():
        print(f"{program:28} | {median[name]:7.3f} | {median[name] / limit:12.2f} | {median[name] / ours:17.2f}")


if __name__ == "__main__":
    main()
