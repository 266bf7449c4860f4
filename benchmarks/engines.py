"""Time both tensor engines on the same checkpoint, in turns: other work on the machine slows both alike.

    python3 benchmarks/engines.py CHECKPOINT [--rounds N]

CHECKPOINT is a folder in bfloat16 that fits into memory; scripts/make_full_size.py writes one of the 8B shapes. Measured are
prompts of 17 and of 512 tokens, and one more token after 16, 512 and 4096 that are in a cache. A first round is not counted.
"""

import functools

import server

ENGINES = ("Managed", "TorchSharp")
QUESTIONS = {
    "forward": "the prompt, 17 tokens", "forward 512": "a prompt of 512 tokens",
    "token 16": "a token after 16", "token 512": "a token after 512", "token 4096": "a token after 4096",
}


def main():
    given = server.arguments(__doc__, rounds=11)
    servers = {engine: server.ours(given.checkpoint, engine) for engine in ENGINES}
    columns = {(engine, question): functools.partial(servers[engine].ask, question) for question in QUESTIONS for engine in ENGINES}
    median = server.medians(columns, given.rounds)
    print(f"{'':22} | Managed, ms | TorchSharp, ms | of Managed's time")
    for question, title in QUESTIONS.items():
        ours, theirs = (1000 * median[engine, question] for engine in ENGINES)
        print(f"{title:22} | {ours:11.0f} | {theirs:14.0f} | {theirs / ours:17.2f}")


if __name__ == "__main__":
    main()
