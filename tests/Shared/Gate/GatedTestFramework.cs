using System.Reflection;
using Llama3.Reference.Walking;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Llama3.Tests.Gate;

/// <summary>
/// xunit, which runs all tests while the steps are right. While one is broken it runs those that never wait; of the others it says how many
/// wait, in one line, and does not compute them.
/// </summary>
public sealed class GatedTestFramework(IMessageSink diagnostics) : XunitTestFramework(diagnostics)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
        protected override void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(Admitted([.. testCases]), executionMessageSink, executionOptions);
    }

    private static IReadOnlyList<IXunitTestCase> Admitted(IReadOnlyList<IXunitTestCase> all)
    {
        var waiting = all.Where(Waits).ToList();
        return waiting.Count == 0 || BrokenSteps.All.Length == 0
            ? all
            : [.. all.Except(waiting), new WaitingTestCase(waiting[0], Reason(waiting.Count))];
    }

    private static bool Waits(IXunitTestCase test) => !test.TestMethod.Method.ToRuntimeMethod().GetCustomAttributes().OfType<INeverWaits>().Any();

    private static string Reason(int tests) => $"waits: {tests} tests wait until {BrokenSteps.All switch
    {
        [var one] => $"{Name(one)} is right",
        [var one, var other] => $"{Name(one)} and {Name(other)} are right",
        [var one, .. var others] => $"{Name(one)} and {others.Length} other steps are right",
        _ => throw new InvalidOperationException("no step is broken"),
    }}";

    private static string Name(ArticleStep step) => $"{step.number:00} {step.id}";
}
