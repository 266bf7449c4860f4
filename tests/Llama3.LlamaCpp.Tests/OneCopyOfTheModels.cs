namespace Llama3.LlamaCpp.Tests;

/// <summary>The tests that run llama.cpp, one after another.</summary>
[CollectionDefinition(nameof(LlamaCppRuns))]
public sealed class OneCopyOfTheModels : ICollectionFixture<LlamaCppRuns>;
