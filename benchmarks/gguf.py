"""Time a model in several types of GGUF, here and in llama.cpp, in turns: other work on the machine slows all alike.

    python3 benchmarks/gguf.py CHECKPOINT [--rounds N] [--types bf16,q8_0]

CHECKPOINT is a folder as Meta lays it out; scripts/make_full_size.py writes one of the 8B shapes. It gets a subfolder "gguf" with the files,
which must fit into memory together. Measured are the prompt of 17 tokens and one more token after 16. A first round is not counted.
"""

import functools

import server

TYPES = "bf16,q8_0,q6_k,q4_k,q4_0"
QUESTIONS = ("forward", "token 16")


def main():
    parser = server.parser(__doc__, rounds=11)
    parser.add_argument("--types", default=TYPES)
    given = server.parsed(parser)
    kinds = given.types.split(",")
    paths = {kind: server.gguf(given.checkpoint, kind) for kind in kinds}
    servers = {"pth": server.ours(given.checkpoint)}
    servers.update({kind: server.ours(path) for kind, path in paths.items()})
    servers.update({f"llama.cpp, {kind}": server.llama_cpp(path) for kind, path in paths.items()})
    columns = {(name, question): functools.partial(one.ask, question) for question in QUESTIONS for name, one in servers.items()}
    median = server.medians(columns, given.rounds)
    print(f"{'':16} | prompt, ms | of .pth | token, ms | of .pth")
    for name in servers:
        prompt, token = (median[name, question] for question in QUESTIONS)
        print(
            f"{name:16} | {1000 * prompt:10.0f} | {prompt / median['pth', QUESTIONS[0]]:7.2f} "
            f"| {1000 * token:9.0f} | {token / median['pth', QUESTIONS[1]]:7.2f}"
        )


if __name__ == "__main__":
    main()
