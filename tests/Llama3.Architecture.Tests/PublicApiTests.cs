using PublicApiGenerator;

namespace Llama3.Architecture.Tests;

/// <summary>
/// What users of the packages can call, as one file for each package: a change of it is a decision. Everything else is internal.
/// </summary>
public sealed class PublicApiTests
{
    /// <summary>Razor components have to be public, and what they show with them; nobody can call those of a tool.</summary>
    private const string Components = "Llama3.Verify.Html";

    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = ["System", "Microsoft", Components] };

    public static TheoryData<string> Names => [.. Projects.Names];

    [SkippableTheory(DisplayName = "architecture: the public API of"), MemberData(nameof(Names))]
    public Task The_public_API_of(string name)
    {
        Skip.If(Engine.Tensors != "Managed", "the public API is that of the default engine: with TorchSharp its tensors are in it");
        return Snapshot.Verify(Projects.Assemblies.Single(assembly => assembly.GetName().Name == name).GeneratePublicApi(Options), name);
    }
}
