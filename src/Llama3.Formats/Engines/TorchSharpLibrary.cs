using System.Runtime.InteropServices;
using Llama3.Formats.Input;

namespace Llama3.Formats.Engines;

/// <content>TorchSharp's native library. TorchSharp would load it itself, but where it cannot, it copies libtorch and says so in forty lines.</content>
internal static partial class Engine
{
    private const string Library = "LibTorchSharp";

    static partial void LoadLibrary()
    {
        try
        {
            NativeLibrary.Load(Library, typeof(torch).Assembly, searchPath: null);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new BadInputException(LoadError.InWords(error.Message, RuntimeInformation.RuntimeIdentifier), error);
        }
    }
}
