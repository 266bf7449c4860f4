namespace Llama3.Verify.Tests.Shell;

/// <summary>The tool where TorchSharp's native library does not load.</summary>
public sealed class LibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory(DisplayName = "a native library that does not load: one line, exit code 2; but --version and --help work")]
    [InlineData(2, "", "llama3verify: TorchSharp's native library cannot be loaded: ")]
    [InlineData(2, "", "llama3verify: TorchSharp's native library cannot be loaded: ", "check", "dump.npz")]
    [InlineData(0, "0.1.0 (tensors: TorchSharp, ", "", "--version")]
    [InlineData(0, "Description:", "", "generate", "--help")]
    public void Does_not_load(int exitCode, string output, string error, params string[] arguments)
    {
        Skip.If(Engine.Tensors != "TorchSharp", "the default engine has no native library");
        CopyWithoutNativeLibraries(Path.GetDirectoryName(Cli.Tool)!);
        var tool = Cli.RunProgram("dotnet", [_folder["llama3verify.dll"], .. arguments], []);
        tool.ExitCode.Should().Be(exitCode);
        tool.Output.Should().StartWith(output);
        tool.Error.Should().StartWith(error);
        tool.Error.TrimEnd('\n').Should().NotContain("\n");
    }

    private void CopyWithoutNativeLibraries(string from)
    {
        foreach (var file in Directory.GetFiles(from)) { File.Copy(file, _folder[Path.GetFileName(file)]); }
    }
}
