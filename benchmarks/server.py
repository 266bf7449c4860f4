"""This project as a process that measures what it is asked for."""

import argparse
import os
import subprocess

PROJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Llama3.Benchmarks")


def arguments(description, rounds):
    """CHECKPOINT and --rounds, as given on the command line."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--rounds", type=int, default=rounds)
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error(f"--rounds is {given.rounds}, expected at least 1")
    return given


class Server:
    """Llama3.Benchmarks with one of the tensor engines."""

    def __init__(self, checkpoint, engine="Managed"):
        command = ["dotnet", "run", "-c", "Release", f"-p:TensorEngine={engine}", "--project", PROJECT, "--", "serve", checkpoint]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what):
        """Write one line, read one number."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"Llama3.Benchmarks ended at '{what}'; its message is above")
        return float(answer)
