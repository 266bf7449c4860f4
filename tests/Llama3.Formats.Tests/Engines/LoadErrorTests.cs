namespace Llama3.Formats.Tests.Engines;

/// <summary>What is said where TorchSharp's native library does not load. The messages are those of .NET 10 on Debian 12.</summary>
public sealed class LoadErrorTests
{
    private const string InVain = "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory";

    [Theory(DisplayName = "a native library that does not load: what is missing, where it works, and that the default engine needs none")]
    [InlineData("linux-x64", "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)", "this system's libstdc++ lacks GLIBCXX_3.4.32")]
    [InlineData("linux-x64", "/lib/libstdc++.so.6: version `CXXABI_1.3.13' not found (required by /app/libLibTorchSharp.so)", "this system's libstdc++ lacks CXXABI_1.3.13")]
    [InlineData("linux-x64", "/lib/libc.so.6: version `GLIBC_2.34' not found (required by /app/libLibTorchSharp.so)", "this system's glibc lacks GLIBC_2.34")]
    [InlineData("linux-x64", "libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory", "it needs libgomp-98b21ff3.so.1, which is not there")]
    [InlineData("linux-x64", "/app/libLibTorchSharp.so: file too short", "/app/libLibTorchSharp.so: file too short")]
    [InlineData("linux-x64", "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory", "it is not beside the program")]
    [InlineData("linux-arm64", "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory", "TorchSharp-cpu has none for linux-arm64")]
    public void Cause(string system, string line, string expected) =>
        LoadError.InWords($"Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n{InVain}\n{line}\n{InVain}\n", system).Should()
            .StartWith($"TorchSharp's native library cannot be loaded: {expected}; it needs Linux x64 with glibc 2.34 ")
            .And.EndWith("; the default engine needs no native library: build without -p:TensorEngine=TorchSharp").And.NotContain("\n");

    [Theory(DisplayName = "a native library that does not load, in one line of Windows")]
    [InlineData("win-x64", ": Unable to load DLL 'LibTorchSharp': The specified module could not be found. (0x8007007E); it needs")]
    [InlineData("win-arm64", ": TorchSharp-cpu has none for win-arm64; it needs")]
    public void One_line(string system, string expected) => LoadError.InWords("Unable to load DLL 'LibTorchSharp': The specified module could not be found. (0x8007007E)", system)
        .Should().Contain(expected);
}
