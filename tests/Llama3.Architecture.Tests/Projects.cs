using System.Reflection;

namespace Llama3.Architecture.Tests;

/// <summary>The projects of src/, in the direction of their dependencies.</summary>
internal static class Projects
{
    /// <summary>The names of their assemblies: each may use those before it, but Llama3.Assertions and the tool do not need each other.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["Llama3.Tensors", "Llama3.Formats", "Llama3.Reference", "Llama3.Checking", "Llama3.Assertions", "llama3verify"];

    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. Names.Select(Assembly.Load)];
}
