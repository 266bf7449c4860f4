"""Processes that measure what they are asked for: this project, and llama.cpp."""

import argparse
import functools
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
# "the answer to the ultimate question of life, the universe, and everything is "
TOKENS = [128000, 1820, 4320, 311, 279, 17139, 3488, 315, 2324, 11, 279, 15861, 11, 323, 4395, 374, 220]


def parser(description, rounds):
    """CHECKPOINT and --rounds."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("checkpoint")
    made.add_argument("--rounds", type=int, default=rounds)
    return made


def parsed(made):
    """What the command line gives."""
    given = made.parse_args()
    if given.rounds < 1:
        made.error(f"--rounds is {given.rounds}, expected at least 1")
    return given


def arguments(description, rounds):
    """CHECKPOINT and --rounds, as given on the command line."""
    return parsed(parser(description, rounds))


@functools.cache
def built(project, *options):
    """The command that runs a C# project of this folder. It is built once: several processes must not build it at the same time."""
    path = os.path.join(HERE, project)
    subprocess.run(["dotnet", "build", "-v", "q", "-c", "Release", *options, path], check=True, stdout=subprocess.DEVNULL)
    return ["dotnet", "run", "--no-build", "-c", "Release", *options, "--project", path, "--"]


class Server:
    """A C# project of this folder that answers each line with a number."""

    def __init__(self, project, *arguments, options=()):
        command = [*built(project, *options), *arguments]
        self.project = project
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what):
        """Write one line, read one number."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.project} ended at '{what}'; its message is above")
        return float(answer)


def ours(checkpoint, engine="Managed"):
    """This project with one of the tensor engines, on a checkpoint."""
    return Server("Llama3.Benchmarks", "serve", checkpoint, options=(f"-p:TensorEngine={engine}",) if engine != "Managed" else ())


def llama_cpp(path):
    """llama.cpp on a GGUF file."""
    return Server("LlamaCpp.Benchmarks", path, *map(str, TOKENS))


def gguf(checkpoint, kind):
    """The same model as a GGUF file in the subfolder "gguf", which is written if it is not there."""
    path = os.path.join(checkpoint, "gguf", f"{kind}.gguf")
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run([*built("Llama3.Benchmarks"), "gguf", checkpoint, kind, path], check=True)
    return path


def medians(columns, rounds):
    """The median of what each function returns, called in turns. A first round is not counted."""
    measured = {name: [] for name in columns}
    for number in range(rounds + 1):
        for name, measure in columns.items():
            value = measure()
            if number > 0:
                measured[name].append(value)
        print(f"round {number} of {rounds}", flush=True)
    return {name: statistics.median(values) for name, values in measured.items()}
