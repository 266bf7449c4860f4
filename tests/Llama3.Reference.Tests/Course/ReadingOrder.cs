using Xunit.Abstractions;
using Xunit.Sdk;

namespace Llama3.Reference.Tests.Course;

/// <summary>
/// Runs the chapters of the course one after the other, so that the output reads as a table of contents: steps with what is computed by hand,
/// end to end, cache, scaled frequencies, what the notebooks printed. Steps come in the order of their numbers, other tests in the order in which they are written.
/// </summary>
public sealed class ReadingOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    public const string Type = "Llama3.Reference.Tests.Course.ReadingOrder";
    public const string Assembly = "Llama3.Reference.Tests";

    /// <summary>Letters come after digits.</summary>
    private const string AfterNumbers = "a";

    private static readonly string[] Chapters =
    [
        nameof(Article), nameof(Cache), nameof(RopeScalingTests), nameof(BiasTests), nameof(WhatTheNotebooksPrinted),
    ];

    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases
            .OrderBy(test => char.IsAsciiDigit(test.DisplayName[0]) ? test.DisplayName : AfterNumbers, StringComparer.Ordinal)
            .ThenBy(test => test.TestMethod.Method.ToRuntimeMethod().MetadataToken)
            .ThenBy(test => test.DisplayName, StringComparer.Ordinal);

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections
            .OrderBy(collection => Array.IndexOf(Chapters, collection.DisplayName.Split('.')[^1]) is var chapter and >= 0 ? chapter : Chapters.Length)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
