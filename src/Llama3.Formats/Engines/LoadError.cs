using System.Text.RegularExpressions;

namespace Llama3.Formats.Engines;

/// <summary>Why TorchSharp's native library does not load, in one line.</summary>
internal static partial class LoadError
{
    private static readonly string[] Systems = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>The line.</summary>
    /// <param name="message">What .NET says; on Unix, one line for each place where it has looked.</param>
    /// <param name="system">This system, such as "linux-arm64".</param>
    public static string InWords(string message, string system) => $"TorchSharp's native library cannot be loaded: {Cause(message, system)}; it needs Linux x64 "
        + "with glibc 2.34 and GCC 13's libstdc++ or later (Ubuntu 24.04, Debian 13, Fedora 38), Windows x64 or macOS arm64; the default engine needs no "
        + "native library: build without -p:TensorEngine=TorchSharp";

    private static string Cause(string message, string system)
    {
        if (!Systems.Contains(system)) { return $"TorchSharp-cpu has none for {system}"; }
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var cause = lines.Length == 1 ? message : lines.Skip(1).FirstOrDefault(line => !Place().IsMatch(line));
        if (cause is null) { return "it is not beside the program"; }
        if (Version().Match(cause) is { Success: true } version)
        {
            return $"this system's {(version.Groups["name"].Value == "GLIBC" ? "glibc" : "libstdc++")} lacks {version.Groups["version"].Value}";
        }
        return Missing().Match(cause) is { Success: true } missing ? $"it needs {missing.Groups["library"].Value}, which is not there" : cause;
    }

    /// <summary>A place where it was looked for in vain.</summary>
    [GeneratedRegex("/(lib)?LibTorchSharp[^/ ]*: cannot open shared object file|/(lib)?LibTorchSharp[^/ ]*' \\(no such file\\)")]
    private static partial Regex Place();

    [GeneratedRegex("version `(?<version>(?<name>GLIBCXX|CXXABI|GLIBC)_[0-9.]+)' not found")]
    private static partial Regex Version();

    [GeneratedRegex("^(?<library>[^/ ]+): cannot open shared object file")]
    private static partial Regex Missing();
}
