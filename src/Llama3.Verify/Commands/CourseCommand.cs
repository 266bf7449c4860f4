using System.CommandLine;
using System.Globalization;
using Llama3.Verify.Copy;
using Llama3.Verify.Html.Course;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;
using Spectre.Console;

namespace Llama3.Verify.Commands;

/// <summary>Writes the course as pages for a browser.</summary>
internal static class CourseCommand
{
    private static readonly Argument<string> FolderArgument = new("DIR") { Description = "The folder to write to; it is created." };

    private static readonly Option<bool> ForceOption = new("--force") { Description = "Replace files that exist." };

    public static Command Create()
    {
        var command = new Command("course", "Writes the course as pages for a browser: every step with its formula, its shapes, its numbers as pictures, and its known mistakes.")
        {
            FolderArgument, ForceOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var folder = arguments.GetValue(FolderArgument)!;
        using var progress = ProgressLine.Create();
        var files = CourseSite.Files(progress);
        ExportFolder.Write(folder, files, arguments.GetValue(ForceOption));
        var bytes = files.Sum(file => new FileInfo(Path.Combine(folder, file.Name)).Length);
        Terminal.Create().WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files.Count} files, {bytes / 1e6:0.0} MB. Open {Path.Combine(folder, CoursePlace.Start.File)} in a browser."));
        return ExitCode.Success;
    }
}
