using System.Diagnostics.CodeAnalysis;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Llama3.Tests.Gate;

/// <summary>A test that is skipped, for itself and for others.</summary>
/// <param name="test">The test.</param>
/// <param name="reason">Why it is skipped.</param>
[SuppressMessage("Extensibility", "xUnit3001", Justification = "It is made when tests run, and never stored.")]
internal sealed class WaitingTestCase(IXunitTestCase test, string reason) : LongLivedMarshalByRefObject, IXunitTestCase
{
    public string SkipReason => reason;

    public string DisplayName => test.DisplayName;

    public string UniqueID => test.UniqueID;

    public ITestMethod TestMethod => test.TestMethod;

    public object[] TestMethodArguments => test.TestMethodArguments;

    public IMethodInfo Method => test.Method;

    public Dictionary<string, List<string>> Traits => test.Traits;

    public Exception InitializationException => test.InitializationException;

    public int Timeout => test.Timeout;

    public ISourceInformation SourceInformation
    {
        get => test.SourceInformation;
        set => test.SourceInformation = value;
    }

    public Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) => new XunitTestCaseRunner(
            this, DisplayName, SkipReason, constructorArguments, TestMethodArguments, messageBus, aggregator, cancellationTokenSource).RunAsync();

    public void Serialize(IXunitSerializationInfo info) => test.Serialize(info);

    public void Deserialize(IXunitSerializationInfo info) => test.Deserialize(info);
}
