using System.Runtime.CompilerServices;

namespace Llama3.Tests;

/// <summary>The files of the repository, for tests that hold documents against the code.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
