using System.Runtime.InteropServices;
using Llama3.Formats.Input;

namespace Llama3.Formats.Engines;

/// <content>TorchSharp's native library. TorchSharp would load it itself, but where it cannot, it copies libtorch and says so in forty lines.</content>
internal static partial class Engine
{
    private const string Library = "LibTorchSharp";

    /// <summary>As packages name it, such as "linux-x64"; .NET's own name may be that of a distribution.</summary>
    private static string System => (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + $"-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    static partial void LoadLibrary()
    {
        try
        {
            NativeLibrary.Load(Library, typeof(torch).Assembly, searchPath: null);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new BadInputException(LoadError.InWords(error.Message, System), error);
        }
    }
}
