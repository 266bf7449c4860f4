namespace Llama3.Verify.Tests;

/// <summary>Tests that change what all others use: they run after those, one by one.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
