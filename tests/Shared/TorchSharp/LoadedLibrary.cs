using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Llama3.Formats.Input;

namespace Llama3.Tests;

/// <summary>Where TorchSharp's native library does not load, no test can run: the run ends with one line that says why.</summary>
internal static class LoadedLibrary
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The assembly is a program's: the tests'.")]
    internal static void Load()
    {
        try
        {
            Engine.Load();
        }
        catch (BadInputException error)
        {
            Console.Error.WriteLine(error.Message);
            Environment.Exit(2);
        }
    }
}
