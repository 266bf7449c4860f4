using System.Reflection;

namespace Llama3.Tests;

/// <summary>The public members of a tensor engine, ours or TorchSharp: what code that is written against it can say.</summary>
internal static class PublicNames
{
    /// <summary>Those of torch, torch.nn.functional, Tensor and TensorIndex, each with its name, such as <c>Tensor.matmul</c>.</summary>
    /// <param name="torch">The engine's class of that name.</param>
    public static IEnumerable<(string Name, MemberInfo Member)> Of(Type torch)
    {
        var functional = torch.GetNestedType("nn")!.GetNestedType("functional")!;
        return
        [
            .. Of(torch, "torch"), .. Of(functional, "torch.nn.functional"),
            .. Of(torch.GetNestedType("Tensor")!, "Tensor"), .. Of(torch.GetNestedType("TensorIndex")!, "TensorIndex"),
        ];
    }

    private static IEnumerable<(string Name, MemberInfo Member)> Of(Type type, string prefix) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(member => member is PropertyInfo or FieldInfo or MethodInfo { IsSpecialName: false })
        .Select(member => (member is PropertyInfo property && property.GetIndexParameters().Length > 0 ? $"{prefix}.index" : $"{prefix}.{member.Name}", member));
}
