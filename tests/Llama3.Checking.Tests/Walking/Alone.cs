namespace Llama3.Checking.Tests.Walking;

/// <summary>Tests that look at the whole process: no other test may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
