using System.Diagnostics;

namespace Llama3.Course;

/// <summary>
/// Stands in for vstest.console, to which <c>dotnet test</c> can give one assembly: of a list, whose first line is the path of
/// vstest.console, it is given all. All other arguments are passed on.
/// </summary>
internal static class Program
{
    private const string List = ".list";

    private static async Task<int> Main(string[] arguments)
    {
        var list = await File.ReadAllLinesAsync(arguments.Single(IsList));
        var all = arguments.SelectMany(argument => IsList(argument) ? list[1..] : [argument]);
        using var console = Process.Start(Environment.ProcessPath!, ["exec", list[0], .. all]);
        await console.WaitForExitAsync();
        return console.ExitCode;
    }

    private static bool IsList(string argument) => argument.EndsWith(List, StringComparison.Ordinal);
}
