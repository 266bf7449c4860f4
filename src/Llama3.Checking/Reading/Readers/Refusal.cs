using Llama3.Checking.Goldens;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.Reading.Readers;

/// <summary>Why a dump is refused. Each message is one line that names the dump, and the tensor if one is at fault.</summary>
internal static class Refusal
{
    /// <summary>What is wrong with one tensor.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="name">What the tensor is called in it.</param>
    /// <param name="problem">The rest of a sentence whose subject is the name.</param>
    public static BadInputException Of(Dump dump, string name, string problem) => new($"{dump.Path}: {Printable.Text(name)} {problem}");

    /// <summary>No tensor has the name of a step.</summary>
    /// <param name="dump">The dump, or what it holds of a pass.</param>
    /// <param name="isPass">Whether it is a pass.</param>
    /// <param name="unknown">The names that it has.</param>
    public static BadInputException NothingKnown(Dump dump, bool isPass, IReadOnlyList<string> unknown)
    {
        var found = unknown.Count > 0 ? $", but {unknown.Count} {(unknown.Count == 1 ? "other" : "others")}, such as {Printable.Text(unknown[0])}"
            : isPass ? "; it is empty"
            : "; it is empty, apart from passes after the prompt, decode.{i}";
        return new($"{dump.Path} holds no tensor with a known name{found}; "
            + "expected tokens, the ids that the port was fed, and step ids such as layers.0.q_per_token (llama3verify steps lists them), names of an engine "
            + "that is known (docs/dump-names.md), or a line for each name in a file for --names (--save-names writes one to begin with)");
    }

    /// <summary>The port ran on other tokens than those of the case.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="count">How many it ran on.</param>
    /// <param name="golden">The case.</param>
    /// <param name="most">How many more or fewer are judged.</param>
    public static BadInputException OtherTokens(Dump dump, long count, GoldenCase golden, int most) =>
        new($"{dump.Path}: {ArticleSteps.tokens.id} holds {count} ids, expected the {golden.Tokens} of {golden.Name}, "
            + $"with {most} more or fewer at most: give the port the ids of prompt.json, one row of them; "
            + "other inputs are checked with --case");

    /// <summary>A pass has no goldens, and does not tell which tokens it ran on.</summary>
    public static BadInputException NoTokens(Dump pass) => pass.Entries.Select(entry => entry.Name).ToList() is { Count: > 0 } names && !names.Exists(NameReader.IsKnown)
        ? NothingKnown(pass, isPass: true, names)
        : new($"{pass.Path} has no {ArticleSteps.tokens.id}: expected the ids that the port was fed");
}
