using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using House = ArchUnitNET.Domain.Architecture;

namespace Llama3.Architecture.Tests;

/// <summary>Dependencies point one way: between projects, and between the folders of each project.</summary>
public sealed class DirectionTests
{
    [Fact(DisplayName = "architecture: each project uses only those before it")]
    public void Projects_point_one_way()
    {
        foreach (var (index, assembly) in Projects.Assemblies.Index())
        {
            assembly.GetReferencedAssemblies().Select(reference => reference.Name).Where(Projects.Names.Contains)
                .Should().BeSubsetOf(Projects.Names.Take(index), $"{Projects.Names[index]} may use nothing else");
        }
    }

    [Fact(DisplayName = "architecture: no cycle between folders, in any project")]
    public void Folders_are_free_of_cycles()
    {
        var house = new ArchLoader().LoadAssemblies([.. Projects.Assemblies]).Build();
        Cycles(house).Should().BeEmpty("a folder must be readable without those that use it");
    }

    [Fact(DisplayName = "architecture: a folder is a namespace")]
    public void Folders_are_namespaces()
    {
        foreach (var file in Sources.All)
        {
            var folder = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Repository.Root, "src"), file.Path))!;
            file.Lines.Where(line => line.StartsWith("namespace ", StringComparison.Ordinal))
                .Should().BeSubsetOf([$"namespace {folder.Replace(Path.DirectorySeparatorChar, '.')};"], file.Path);
        }
    }

    private static IEnumerable<string> Cycles(House house) =>
        SliceRuleDefinition.Slices().Matching("Llama3.(**)").Should().BeFreeOfCycles().Evaluate(house)
            .Where(result => !result.Passed).Select(result => result.Description);
}
