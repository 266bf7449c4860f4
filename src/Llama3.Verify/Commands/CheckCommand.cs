using System.CommandLine;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Checking.Reading;
using Llama3.Checking.Reading.Engines;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Verify.Check;
using Llama3.Verify.Check.Texts;
using Llama3.Verify.Html.Report;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Commands;

/// <summary>Judges what a port of Llama 3 dumped.</summary>
internal static class CheckCommand
{
    private const string Auto = "auto";

    private const string Description = "Judges the tensors that a port of Llama 3 dumped: names the step at fault, and the likely mistake. "
        + "Exit code 0: agrees, 1: differs, 2: the dump or an argument cannot be used.";

    private static readonly Argument<string> DumpArgument = new("DUMP")
    {
        Description = "A .safetensors, .npz, .pt, .gguf or .json file, a folder of such files or of .npy files, or one of raw files with manifest.json "
            + "or a .json beside each; each pass may have a folder or a file of its own, called prompt, decode.0, decode.1, ….",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> ModelOption = new("--model")
    {
        Description = "The micro checkpoint that the port ran: micro-3.2 has the architecture of Llama 3.2, micro-mha as many key/value heads as heads.",
        DefaultValueFactory = _ => MicroModel.Micro.Name,
    };

    private static readonly Option<string?> CheckpointOption = new("--checkpoint")
    {
        Description = "Another model that the port ran: a folder as Meta or Hugging Face distribute it, a GGUF file, or one .safetensors file with its config.json "
            + "beside it. It needs no goldens: the reference runs the dumped tokens.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> GoldensOption = new("--goldens")
    {
        Description = "Goldens of that model to check against: a folder that scripts/capture.py has written.",
        HelpName = "DIR",
    };

    private static readonly Option<string> CaseOption = new("--case")
    {
        Description = "The inputs that the port ran on: the article's prompt, or others that show what it cannot, such as far_positions or batch_left "
            + "(fixtures/README.md lists them).",
        HelpName = "NAME",
        DefaultValueFactory = _ => MicroModel.Micro.Article.Name,
    };

    private static readonly Option<string> PrecisionOption = new("--precision")
    {
        Description = "What the port computes in; auto finds out from its numbers.",
        DefaultValueFactory = _ => Auto,
    };

    private static readonly Option<string?> NamesOption = new("--names")
    {
        Description = "What names in the dump stand for, a line for each: attn_{n}_q q_per_token (docs/engines-and-dumps.md). It goes before all that is known.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> SaveNamesOption = new("--save-names")
    {
        Description = "Write what the names in the dump were read as, for --names; what is not known is in it as a remark.",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> SkipOption = new("--skip")
    {
        Description = "A step that is known to be wrong; the check fails once it passes. May be given several times.",
        HelpName = "ID|NUMBER",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> CompleteOption = new("--complete")
    {
        Description = "Also fail if a step that every port must dump is missing in any layer.",
    };

    private static readonly Option<bool> PartialOption = new("--partial")
    {
        Description = "Do not fail if only a few of the steps that every port must dump are there.",
    };

    public static Command Create()
    {
        ModelOption.AcceptOnlyFromAmong([.. MicroModel.All.Select(model => model.Name)]);
        var cases = MicroModel.All.SelectMany(model => model.Cases).Select(golden => golden.Name).Distinct();
        CaseOption.AcceptOnlyFromAmong([.. cases, .. State.All.Select(state => state.Name)]);
        PrecisionOption.AcceptOnlyFromAmong([Auto, .. Enum.GetNames<PortPrecision>()]);
        var command = new Command("check", Description)
        {
            DumpArgument, CheckTexts.Option, CheckTexts.TokenizerOption, ModelOption, CheckpointOption, GoldensOption, CaseOption, PrecisionOption, NamesOption, SaveNamesOption,
            SkipOption, CompleteOption, PartialOption, ReportOptions.Verbose, ReportOptions.Json, ReportOptions.JUnit, ReportOptions.Html, ReportOptions.GitHub,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(DumpArgument) is null && result.GetResult(CheckTexts.Option) is null) { result.AddError("Required argument 'DUMP' missing for command: 'check'"); }
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments) => arguments.GetValue(CheckTexts.Option) is { } texts
        ? ReportOptions.Report(arguments, "file of answers", texts == "-" ? null : texts, TextCheckJson.Error, () => JudgeTexts(arguments, texts))
        : ReportOptions.Report(arguments, "dump", arguments.GetValue(DumpArgument), CheckJson.Error, () => Judge(arguments));

    private static TextCheckReport JudgeTexts(ParseResult arguments, string texts)
    {
        Symbol[] ofDumps = [DumpArgument, ModelOption, CheckpointOption, GoldensOption, CaseOption, PrecisionOption, NamesOption, SaveNamesOption, PartialOption];
        if (Array.Find(ofDumps, symbol => symbol is Option option ? arguments.GetResult(option) is { Implicit: false } : arguments.GetValue(DumpArgument) is not null) is { } given)
        {
            throw new BadInputException($"--texts judges answers, and {given.Name} is for dumps: check one after the other");
        }
        return CheckTexts.Judge(arguments, texts, arguments.GetValue(SkipOption)!, arguments.GetValue(CompleteOption));
    }

    private static DumpReport Judge(ParseResult arguments)
    {
        if (arguments.GetResult(CheckTexts.TokenizerOption) is not null) { throw new BadInputException("--tokenizer is for --texts: tensors are judged without a vocabulary"); }
        var skipped = arguments.GetValue(SkipOption)!.Select(id => Aliases.Find(id).in_article).ToList();
        if (skipped.Find(step => step.dtype is null) is { } text)
        {
            throw new BadInputException($"{text.id} is text, which is not dumped: it cannot be skipped");
        }
        var (complete, partial) = (arguments.GetValue(CompleteOption), arguments.GetValue(PartialOption));
        if (complete && partial) { throw new BadInputException("--complete asks for every step and --partial for fewer: give one of them"); }
        var names = arguments.GetValue(NamesOption) is { } file ? NamesFile.Read(file) : null;
        using var opened = Opened(arguments);
        using var dump = Dump.Open(arguments.GetValue(DumpArgument)!);
        if (names is not null) { WarnOfUnused(names, dump, arguments.GetValue(NamesOption)!); }
        if (arguments.GetValue(SaveNamesOption) is { } saved) { NewNamesFile.Write(saved, SavedNames.Lines(dump, names)); }
        using var progress = ProgressLine.Create();
        var model = opened?.Model ?? MicroModel.Named(arguments.GetValue(ModelOption)!);
        var judged = Shown(model, progress);
        var report = progress.During("judging", () => new DumpCheck(DumpedRun.Of(dump, model, CaseName(model, arguments), names), Precision(arguments))
        {
            Judged = judged,
            Trying = mistake => progress.Doing = $"looking for the mistake: {mistake}?",
        }.Run());
        // A case of its own shows what the prompt cannot: nobody asks what it cannot show.
        var isAsked = arguments.GetValue(ReportOptions.Verbose) && !arguments.GetValue(ReportOptions.Json) && report.Dump.Golden is not OtherInputsCase;
        var outcome = new Outcome(report, skipped, complete, partial)
        {
            CannotShow = isAsked ? progress.During("looking for mistakes that cannot show", () => CannotShow.On(report.Dump, report.Precision)) : null,
        };
        opened?.RequireSame();
        return new DumpReport(outcome, arguments.GetValue(ReportOptions.Html) is null ? DumpPictures.None : progress.During("drawing the faults", () => DumpPictures.Make(outcome)));
    }

    /// <summary>One file may serve for many dumps: what names nothing in this one is no error, but may be a slip.</summary>
    private static void WarnOfUnused(EngineNames names, Dump dump, string path)
    {
        var used = dump.Entries.Select(entry => names.Find(EngineDump.Split(entry.Name).Name)?.Tensor).ToHashSet();
        var unused = names.Tensors.Where(tensor => !used.Contains(tensor)).Select(tensor => Printable.Text(tensor.Name.Text)).ToList();
        if (unused.Count == 0) { return; }
        Console.Error.WriteLine(Printable.Line($"{path}: {unused.Count} of {names.Tensors.Count} names {(unused.Count == 1 ? "is" : "are")} not in the dump, such as {unused[0]}"));
    }

    /// <summary>
    /// Where the reference runs the tokens, that takes the time, and not the number of tensors: the weights that it has asked for tell how much is done.
    /// </summary>
    private static Action<double> Shown(GoldenModel model, ProgressLine progress)
    {
        if (model is not ReferenceModel reference) { return share => progress.Share = share; }
        reference.WeightRead = new WalkProgress(model.Checkpoint.Params, progress).Read;
        return share => { if (share == 1) { progress.Share = share; } };
    }

    /// <summary>The inputs that the port ran on; null if nothing is said of them.</summary>
    private static string? CaseName(GoldenModel model, ParseResult arguments) =>
        arguments.GetResult(CaseOption) is not { Implicit: false } ? null
        : model is not ReferenceModel ? arguments.GetValue(CaseOption)
        : throw new BadInputException("--case names inputs on which goldens were captured; without --goldens the port may have run on any tokens");

    /// <summary>A model of the user's; null for an embedded one.</summary>
    private static OpenedModel? Opened(ParseResult arguments) =>
        (arguments.GetValue(CheckpointOption), arguments.GetValue(GoldensOption), arguments.GetResult(ModelOption)) switch
        {
            (null, null, _) => null,
            (null, _, _) => throw new BadInputException(
                "--goldens needs --checkpoint, too: the folder of the model on which scripts/capture.py has captured them"),
            (_, _, { Implicit: false }) => throw new BadInputException(
                "--model names an embedded checkpoint and --checkpoint another model: give one of them"),
            var (checkpoint, goldens, _) => new OpenedModel(checkpoint, goldens),
        };

    private static PortPrecision? Precision(ParseResult arguments) =>
        arguments.GetValue(PrecisionOption) is { } name && name != Auto ? Enum.Parse<PortPrecision>(name) : null;
}
