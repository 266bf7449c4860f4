using System.CommandLine;

namespace Llama3.Fuzzing;

/// <summary>The command line.</summary>
internal static class Commands
{
    private static readonly Argument<string[]> ReadersArgument = new("READER") { Description = "The readers; all if left out.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Argument<string> ReaderArgument = new("READER") { Description = "A reader." };

    private static readonly Argument<string[]> FilesArgument = new("FILE") { Description = "Inputs.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<long> InputsOption = new("--inputs") { Description = "How many inputs, all readers together.", DefaultValueFactory = _ => 50_000 };

    private static readonly Option<int> SeedOption = new("--seed") { Description = "The same seed chooses the same; any if left out.", DefaultValueFactory = _ => Random.Shared.Next() };

    private static readonly Option<string> FindingsOption = new("--findings")
    {
        Description = "The folder that takes the inputs that find something.",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "llama3-findings"),
    };

    private static readonly Option<bool> KeepOption = new("--keep") { Description = "Write the corpus anew: the fewest inputs, of the old ones and the new, that lead everywhere." };

    /// <summary>Runs a command.</summary>
    /// <returns>1 if something was found.</returns>
    public static int Run(string[] arguments)
    {
        Coverage.Begin();
        using var readers = new InputReaders();
        var fuzz = new RootCommand("Damages inputs of every reader, and looks how they take it.") { ReadersArgument, InputsOption, SeedOption, FindingsOption, KeepOption };
        fuzz.SetAction(parsed => Fuzz(parsed, readers));
        var replay = new Command("replay", "Reads an input, and says what comes of it.") { ReaderArgument, FilesArgument };
        replay.SetAction(parsed => parsed.GetValue(FilesArgument)!.Select(file => Replay(readers[parsed.GetValue(ReaderArgument)!], file)).ToList().Contains(false) ? 1 : 0);
        var add = new Command("add", "Adds inputs to the corpus of a reader, under the names of their files.") { ReaderArgument, FilesArgument };
        add.SetAction(parsed => Corpora.Add(parsed.GetValue(ReaderArgument)!, parsed.GetValue(FilesArgument)!));
        fuzz.Subcommands.Add(replay);
        fuzz.Subcommands.Add(add);
        return fuzz.Parse(arguments).Invoke();
    }

    /// <summary>A reader gets as many inputs as it has edges, in proportion.</summary>
    private static int Fuzz(ParseResult parsed, InputReaders readers)
    {
        var (seed, count, chosen) = (parsed.GetValue(SeedOption), parsed.GetValue(InputsOption), parsed.GetValue(ReadersArgument)!);
        Console.WriteLine($"seed {seed}");
        using var findings = new Findings(parsed.GetValue(FindingsOption)!);
        var explorations = (chosen.Length == 0 ? readers.All : chosen.Select(name => readers[name])).Select(reader => new Exploration(reader, seed, findings)).ToList();
        var edges = explorations.Sum(exploration => (long)exploration.Edges);
        foreach (var exploration in explorations)
        {
            exploration.Run(count * exploration.Edges / edges);
            Console.WriteLine(exploration);
            if (parsed.GetValue(KeepOption)) { Corpora.Keep(exploration.Reader, exploration.Inputs); }
        }
        return findings.Count > 0 ? 1 : 0;
    }

    private static bool Replay(InputReader reader, string file)
    {
        var trial = Trial.Of(reader, File.ReadAllBytes(file));
        Console.WriteLine($"{file}: {trial.Problem ?? (trial.IsRead ? "read" : $"refused: {trial.Message}")}");
        return trial.Problem is null;
    }
}
