using System.Text.RegularExpressions;

namespace Llama3.Formats.Tests;

/// <summary>Folders are namespaces: each uses only those that come before it.</summary>
public sealed partial class FolderTests
{
    private static readonly string[] Order =
        ["Input", "Engines", "Numbers", "Safetensors", "Pth", "Npy", "Tokenizers", "Tokenizers.Minbpe", "Checkpoints", "Dumps"];

    [Fact(DisplayName = "no folder of Llama3.Formats uses one that comes after it")]
    public void No_cycle()
    {
        var folder = Path.Combine(Repository.Root, "src", "Llama3.Formats");
        var uses = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Where(text => Namespace().IsMatch(text))
            .SelectMany(text => Using().Matches(text).Select(use => (User: Namespace().Match(text).Groups[1].Value, Used: use.Groups[1].Value)))
            .ToList();
        uses.SelectMany(use => new[] { use.User, use.Used }).Distinct().Should().BeSubsetOf(Order);
        uses.Should().NotContain(use => Array.IndexOf(Order, use.Used) > Array.IndexOf(Order, use.User));
    }

    [GeneratedRegex(@"^namespace Llama3\.Formats\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using Llama3\.Formats\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
