using System.Reflection;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Llama3.Tests.Gate;

/// <summary>
/// xunit, which runs all tests while the model is right. While a step of it is broken, only the tests that show which are run; of the others
/// it is said how many wait, in one line. Where LLAMA3_NOTHING_WAITS is set, all are run: scripts/mutants.sh asks each test what it covers and finds.
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

    private static bool NothingWaits => Environment.GetEnvironmentVariable("LLAMA3_NOTHING_WAITS") is { Length: > 0 };

    private static IReadOnlyList<IXunitTestCase> Admitted(IReadOnlyList<IXunitTestCase> all)
    {
        var waiting = NothingWaits ? [] : all.Where(Waits).ToList();
        return waiting.Count == 0 ? all : [.. all.Except(waiting), new WaitingTestCase(waiting[0], $"waits: {waiting.Count} tests wait until {Reason()}")];
    }

    private static bool Waits(IXunitTestCase test)
    {
        var attributes = test.TestMethod.Method.ToRuntimeMethod().GetCustomAttributes().ToList();
        return !attributes.OfType<INeverWaits>().Any()
            && (Broken.Steps.Length > 0 || (Broken.AllAtOnce && !attributes.OfType<IWaitsForStepsAlone>().Any()));
    }

    private static string Reason() => Broken.Steps switch
    {
        [] => $"{nameof(Llama3Model)} computes what the steps compute",
        [var one] => $"{Name(one)} is right",
        [var one, var other] => $"{Name(one)} and {Name(other)} are right",
        [var one, .. var others] => $"{Name(one)} and {others.Length} other steps are right",
    };

    private static string Name(ArticleStep step) => $"{step.number:00} {step.id}";
}
