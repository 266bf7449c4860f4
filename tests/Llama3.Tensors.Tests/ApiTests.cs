using System.Reflection;

namespace Llama3.Tensors.Tests;

/// <summary>
/// Keeps the promise that code written against this engine compiles against TorchSharp too: every public name exists there.
/// (<c>torchsharp-names.txt</c>: the public names that TorchSharp 0.99.6 and 0.106.0 share, read from their assemblies.)
/// </summary>
public sealed class ApiTests
{
    /// <summary>The border to .NET, which src/Llama3.Formats/Engines/TorchSharpBorder.cs gives to TorchSharp's tensors.</summary>
    private static readonly string[] Border = ["Tensor.FromBFloat16", "Tensor.FromSingles", "Tensor.ToInt64s", "Tensor.ToSingles"];

    [Fact(DisplayName = "TorchSharp has every name of this engine")]
    public void TorchSharp_has_every_name() =>
        Members().Select(member => member.Name).Except(Border).Should().BeSubsetOf(
            File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "torchsharp-names.txt")));

    [Fact(DisplayName = "the public API is the one that was checked against TorchSharp")]
    public Task The_public_API() => Snapshot.Verify(string.Join('\n', Members().Select(member => member.Signature).Order(StringComparer.Ordinal)));

    private static IEnumerable<(string Name, string Signature)> Members() =>
    [
        .. MembersOf(typeof(torch), "torch"),
        .. MembersOf(typeof(torch.nn.functional), "torch.nn.functional"),
        .. MembersOf(typeof(torch.Tensor), "Tensor"),
        .. MembersOf(typeof(torch.TensorIndex), "TensorIndex"),
    ];

    private static IEnumerable<(string Name, string Signature)> MembersOf(Type type, string prefix) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(member => member is PropertyInfo or FieldInfo or MethodInfo { IsSpecialName: false })
        .Select(member => member switch
        {
            MethodInfo method =>
                ($"{prefix}.{method.Name}", $"{prefix}.{method.Name}({Parameters(method.GetParameters())}) -> {Name(method.ReturnType)}"),
            PropertyInfo indexer when indexer.GetIndexParameters() is { Length: > 0 } indexes =>
                ($"{prefix}.index", $"{prefix}[{Parameters(indexes)}]"),
            PropertyInfo property => ($"{prefix}.{property.Name}", $"{prefix}.{property.Name} -> {Name(property.PropertyType)}"),
            _ => ($"{prefix}.{member.Name}", $"{prefix}.{member.Name}"),
        });

    private static string Parameters(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{prefix}{Name(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? " = …" : "")}";
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
