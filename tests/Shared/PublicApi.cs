using System.Reflection;

namespace Llama3.Tests;

/// <summary>The public types of an assembly and what they declare, a line each, for a snapshot: public means for users.</summary>
internal static class PublicApi
{
    /// <summary>The lines, sorted. What the compiler adds to records is left out.</summary>
    public static string Of(Assembly assembly) => string.Join('\n', assembly.GetExportedTypes()
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .SelectMany(type => Members(type).Order(StringComparer.Ordinal).Select(member => $"  {member}").Prepend(type.FullName!)));

    private static IEnumerable<string> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(member => !IsOfRecords(member))
        .Select(member => member switch
        {
            ConstructorInfo constructor => $"new({Parameters(constructor.GetParameters())})",
            MethodInfo { IsSpecialName: false } method => $"{method.Name}({Parameters(method.GetParameters())}) -> {Name(method.ReturnType)}",
            PropertyInfo property => $"{property.Name} -> {Name(property.PropertyType)}",
            FieldInfo field => $"{field.Name} -> {Name(field.FieldType)}",
            _ => "",
        })
        .Where(line => line.Length > 0);

    private static bool IsOfRecords(MemberInfo member) =>
        member.Name is "Equals" or "GetHashCode" or "ToString" or "Deconstruct" || member.Name.StartsWith('<');

    private static string Parameters(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? " = …" : "")}"));

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
