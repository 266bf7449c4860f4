using Llama3.Reference.Walking;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Llama3.Reference.Tests.Course;

/// <summary>A test that runs once per step of a chapter, with its number, displayed under the step's number, id and title.</summary>
/// <param name="chapter">The chapter.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer($"Llama3.Reference.Tests.Course.{nameof(StepTheoryDiscoverer)}", "Llama3.Reference.Tests")]
public sealed class StepTheoryAttribute(Chapter chapter) : FactAttribute, INeverWaits
{
    public Chapter Chapter { get; } = chapter;
}

/// <summary>Makes one test case per step. (xunit's own theories cut string arguments at 50 characters and cannot be named one by one.)</summary>
public sealed class StepTheoryDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        from step in Broken.All
        where step.chapter == factAttribute.GetNamedArgument<Chapter>(nameof(StepTheoryAttribute.Chapter))
        select new StepTestCase(
            diagnostics, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, [step.number]);
}

/// <summary>A test case whose only argument is the number of a step.</summary>
public sealed class StepTestCase : XunitTestCase
{
    [Obsolete("Called by xunit to deserialise.")]
    public StepTestCase()
    {
    }

    public StepTestCase(
        IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, object[] arguments)
        : base(diagnostics, display, options, method, arguments)
    {
    }

    protected override string GetDisplayName(IAttributeInfo factAttribute, string displayName) =>
        Broken.All.Single(step => step.number == (int)TestMethodArguments[0]).ToString();
}
