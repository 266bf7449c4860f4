using System.Collections.Concurrent;
using System.ComponentModel;

namespace Llama3.Verify.Tests;

/// <summary>Programs that tests run and not every machine has.</summary>
internal static class Programs
{
    private static readonly ConcurrentDictionary<string, string?> Found = new();

    /// <summary>The first of some programs that runs with the arguments of a probe; looked for once. Skips the test if there is none.</summary>
    public static string Find(string what, string[] probe, params string[] programs)
    {
        var found = Found.GetOrAdd(what, _ => Array.Find(programs, program => Runs(program, probe)));
        Skip.If(found is null, $"there is no {what} here: {string.Join(" or ", programs)}");
        return found!;
    }

    /// <summary>Python that has a package.</summary>
    public static string Python(string package) => Find($"Python with {package}", ["-c", $"import {package}"], "python3", "/usr/bin/python3");

    private static bool Runs(string program, string[] probe)
    {
        try
        {
            return Cli.RunProgram(program, probe, []).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
