using System.Reflection;

namespace Llama3.Tensors.Tests;

/// <summary>Keeps the promise that code written against this engine compiles against TorchSharp too: every public name exists there.</summary>
public sealed class ApiTests
{
    /// <summary>The border to .NET, which src/Llama3.Formats/Engines/TorchSharpBorder.cs gives to TorchSharp's tensors.</summary>
    private static readonly string[] Border = ["Tensor.FromBFloat16", "Tensor.FromPacked", "Tensor.FromSingles", "Tensor.ToInt64s", "Tensor.ToSingles"];

    [Fact(DisplayName = "TorchSharp has every name of this engine")]
    public void TorchSharp_has_every_name() =>
        PublicNames.Of(typeof(torch)).Select(member => member.Name).Except(Border).Should().BeSubsetOf(
            File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "torchsharp-names.txt")));

    [Fact(DisplayName = "the public API is the one that was checked against TorchSharp")]
    public Task The_public_API() => Snapshot.Verify(string.Join('\n', PublicNames.Of(typeof(torch)).Select(Signature).Order(StringComparer.Ordinal)));

    private static string Signature((string Name, MemberInfo Member) member) => member.Member switch
    {
        MethodInfo method => $"{member.Name}({Parameters(method.GetParameters())}) -> {Name(method.ReturnType)}",
        PropertyInfo indexer when indexer.GetIndexParameters() is { Length: > 0 } indexes => $"{member.Name[..^".index".Length]}[{Parameters(indexes)}]",
        PropertyInfo property => $"{member.Name} -> {Name(property.PropertyType)}",
        _ => member.Name,
    };

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
