using System.Xml.Linq;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Tests;

/// <summary>Public is what the author of a port needs; everything else may change.</summary>
public sealed class PublicTypesTests
{
    private static readonly Type[] ForUsers =
    [
        typeof(Golden), typeof(GoldenVerdict), typeof(GoldenModel), typeof(MicroModel), typeof(PortReport), typeof(JudgedStep),
        typeof(JudgedResult), typeof(Verdict), typeof(PortPrecision), typeof(Closeness), typeof(KnownMistake),
    ];

    [Fact(DisplayName = "the public types of the checker are those for users, and no others")]
    public void Public_types() => typeof(Golden).Assembly.GetExportedTypes().Should().BeEquivalentTo(ForUsers);

    [Fact(DisplayName = "every public type and member of the checker is documented")]
    public void Documentation()
    {
        var documented = XDocument.Load(Path.ChangeExtension(typeof(Golden).Assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Element("summary") is { Value.Length: > 0 } || member.Element("inheritdoc") is not null)
            .Select(member => member.Attribute("name")!.Value.Split('(')[0]).ToHashSet();
        var members = ForUsers.SelectMany(type => type.GetMembers().Where(member => member.DeclaringType == type && IsWritten(member)), (type, member) =>
            $"{(member is System.Reflection.MethodInfo ? 'M' : member is System.Reflection.FieldInfo ? 'F' : 'P')}:{type.FullName}.{member.Name}");
        members.Concat(ForUsers.Select(type => $"T:{type.FullName}")).Except(documented).Should().BeEmpty();
    }

    /// <summary>Not by the compiler: accessors, and what a record or an enum has of itself; the parameters of a record are documented with it.</summary>
    private static bool IsWritten(System.Reflection.MemberInfo member) => member switch
    {
        System.Reflection.MethodInfo method => !method.IsSpecialName && method.Name is not ("Equals" or "GetHashCode" or "Deconstruct")
            && !method.Name.Contains('<', StringComparison.Ordinal),
        System.Reflection.FieldInfo field => !field.IsSpecialName,
        System.Reflection.PropertyInfo property => !member.DeclaringType!.GetConstructors().Any(constructor =>
            constructor.GetParameters().Any(parameter => parameter.Name == property.Name)),
        _ => false,
    };
}
