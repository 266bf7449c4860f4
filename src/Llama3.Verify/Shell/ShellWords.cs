using System.Text.RegularExpressions;

namespace Llama3.Verify.Shell;

/// <summary>Arguments as one types them into a shell.</summary>
internal static partial class ShellWords
{
    /// <summary>"check 'my dump.npz' --json": what a shell would take apart or replace is quoted.</summary>
    public static string Of(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quoted));

    private static string Quoted(string argument) =>
        Plain().IsMatch(argument) ? argument : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z0-9_./:=,+@%-]+\z")]
    private static partial Regex Plain();
}
