using System.CommandLine;
using System.Text;
using Llama3.Checking.Goldens;
using Llama3.Formats.Input;
using Llama3.Verify.Experiments;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Runs one of the experiments.</summary>
internal static class ExperimentCommand
{
    private static readonly Argument<string?> NameArgument = new("NAME")
    {
        Description = "The experiment; lists them all if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> PromptOption = ModelOptions.CreatePrompt();

    private static readonly Option<string?> SvgOption = new("--svg")
    {
        Description = "Write its picture to a file too, if it has one.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> DtypeOption = ModelOptions.CreateDtype();

    private static readonly Option<string?> CheckpointOption = ModelOptions.CreateCheckpoint();

    public static Command Create()
    {
        var command = new Command(
            "experiment", "Answers a question that the article or its enhanced version raises, in numbers; docs/experiments.md shows all of them.")
        {
            NameArgument, PromptOption, DtypeOption, CheckpointOption, SvgOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        Terminal.UseUtf8();
        if (arguments.GetValue(NameArgument) is not { } name)
        {
            Print(Experiment.All.Select(known => $"{known.Name,-15} {known.Question}"));
            return ExitCode.Success;
        }
        var experiment = Experiment.All.FirstOrDefault(known => known.Name == name) ?? throw new BadInputException(
            $"there is no experiment '{Printable.Line(name)}'; there are {string.Join(", ", Experiment.All.Select(known => known.Name))}");
        using var opened = ModelOptions.Open(arguments, CheckpointOption);
        var checkpoint = opened ?? MicroModel.Micro.Checkpoint;
        var dtype = ModelOptions.Dtype(arguments, DtypeOption, checkpoint);
        var setting = new Setting(checkpoint, arguments.GetValue(PromptOption)!, dtype);
        if (arguments.GetValue(SvgOption) is { } file) { Draw(experiment, setting, file); }
        Print(experiment.Lines(setting));
        opened?.RequireSame();
        return ExitCode.Success;
    }

    private static void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines) { Console.Out.WriteLine(line); }
    }

    private static void Draw(Experiment experiment, Setting setting, string file)
    {
        if (file.Length == 0) { throw new BadInputException("--svg is empty: expected the name of a file"); }
        var picture = experiment.Picture(setting) ?? throw new BadInputException($"{experiment.Name} draws nothing; leave out --svg");
        FileGuard.Write($"--svg \"{file}\"", () =>
        {
            using var svg = new OutputFile(file);
            svg.Write(stream => stream.Write(Encoding.UTF8.GetBytes(picture)));
        });
    }
}
