using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace Llama3.Fuzzing;

/// <summary>Runs this program a second time within its process, with copies of the assemblies that read, in which SharpFuzz has put a counter into each branch.</summary>
internal sealed class Instrumentation : AssemblyLoadContext
{
    private const string Own = "Llama3.";

    private static readonly string[] Reading = ["Llama3.Formats", "Llama3.Checking"];

    private readonly string _folder;

    private Instrumentation(string folder)
        : base(nameof(Instrumentation)) => _folder = folder;

    /// <summary>Whether this is the second time.</summary>
    public static bool IsOn => GetLoadContext(typeof(Instrumentation).Assembly) != Default;

    /// <summary>The program's exit code.</summary>
    public static int Run(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("llama3-fuzzing-");
        try
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, $"{Own}*")) { File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file))); }
            foreach (var name in Reading) { Fuzzer.Instrument(Path.Combine(folder.FullName, $"{name}.dll"), _ => true, Options.Value); }
            var again = new Instrumentation(folder.FullName).LoadFromAssemblyName(Assembly.GetExecutingAssembly().GetName());
            return (int)again.EntryPoint!.Invoke(null, [arguments])!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name!.StartsWith(Own, StringComparison.Ordinal) ? LoadFromAssemblyPath(Path.Combine(_folder, $"{assemblyName.Name}.dll")) : null;
}
