using System.CommandLine;
using System.Globalization;
using Llama3.Checking.Goldens;
using Llama3.Formats.Input;
using Llama3.Verify.Copy;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;
using Spectre.Console;

namespace Llama3.Verify.Commands;

/// <summary>Writes an embedded checkpoint and its goldens to a folder, for the author of a port.</summary>
internal static class CopyCommand
{
    private static readonly Argument<string> FolderArgument = new("DIR") { Description = "The folder to write to; it is created." };

    private static readonly Option<string> FormatOption = new("--format")
    {
        Description = "The form of the weights.",
        DefaultValueFactory = _ => ExportFormat.All[0].Name,
    };

    private static readonly Option<string> ModelOption = new("--model")
    {
        Description = "Which of the embedded checkpoints.",
        DefaultValueFactory = _ => MicroModel.Micro.Name,
    };

    private static readonly Option<string?> TypeOption = new("--type")
    {
        Description = $"The type of the matrices in a GGUF file; {GgufType.All[0].Name} if left out.",
    };

    private static readonly Option<bool> ForceOption = new("--force") { Description = "Replace files that exist." };

    public static Command Create()
    {
        FormatOption.AcceptOnlyFromAmong([.. ExportFormat.All.Select(format => format.Name)]);
        ModelOption.AcceptOnlyFromAmong([.. MicroModel.All.Select(model => model.Name)]);
        TypeOption.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. GgufType.All.Select(type => type.Name)]);
        var command = new Command("copy", "Writes the micro checkpoint and its goldens to a folder, for a port in any language to load.")
        {
            FolderArgument, FormatOption, TypeOption, ModelOption, ForceOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (folder, model) = (arguments.GetValue(FolderArgument)!, MicroModel.Named(arguments.GetValue(ModelOption)!));
        var format = Format(arguments);
        if (format.Problem(model) is { } problem)
        {
            var other = MicroModel.All.FirstOrDefault(one => format.Problem(one) is null);
            throw new BadInputException($"{model.Name} cannot be written as {format.Name}: {problem}{(other is null ? "" : $"; --model {other.Name} can be")}");
        }
        var files = format.Files(model);
        ExportFolder.Write(folder, files, arguments.GetValue(ForceOption));
        var console = Terminal.Create();
        Show(console, folder, files);
        console.WriteLine();
        console.WriteLine($"{model.Name} is not Llama-3-8B: {model.Checkpoint.Params.n_layers} small layers that know a few sentences by heart.");
        var option = format.ChangesWeights ? $" --checkpoint {Path.Combine(folder, "model.gguf")}" : model == MicroModel.Micro ? "" : $" --model {model.Name}";
        console.WriteLine($"Next: load {format.Load}, run the tokens of prompt.json, dump every step, compare: llama3verify check DUMP{option}");
        return ExitCode.Success;
    }

    private static ExportFormat Format(ParseResult arguments)
    {
        var named = ExportFormat.All.Single(format => format.Name == arguments.GetValue(FormatOption));
        if (arguments.GetValue(TypeOption) is not { } name) { return named; }
        var gguf = ExportFormat.Gguf(GgufType.All.Single(type => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
        return named.Name == gguf.Name ? gguf : throw new BadInputException($"--type {name} belongs to --format {gguf.Name}; the format is {named.Name}");
    }

    /// <summary>Size and path of every file, those in a subfolder in one line.</summary>
    private static void Show(IAnsiConsole console, string folder, IEnumerable<ExportFile> files)
    {
        foreach (var entry in files.GroupBy(file => file.Name.Contains('/') ? file.Name[..(file.Name.IndexOf('/') + 1)] : file.Name))
        {
            var bytes = entry.Sum(file => new FileInfo(Path.Combine(folder, file.Name)).Length);
            var count = entry.Key.EndsWith('/') ? $" ({entry.Count()} files)" : "";
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes,12:N0}  {Path.Combine(folder, entry.Key)}{count}"));
        }
    }
}
