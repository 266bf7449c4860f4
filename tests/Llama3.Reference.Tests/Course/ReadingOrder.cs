using Xunit.Abstractions;
using Xunit.Sdk;

namespace Llama3.Reference.Tests.Course;

/// <summary>Runs tests and collections in the order of their display names, so that the output reads as a table of contents.</summary>
public sealed class ReadingOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    public const string Type = "Llama3.Reference.Tests.Course.ReadingOrder";
    public const string Assembly = "Llama3.Reference.Tests";

    private static readonly string[] Chapters =
    [
        nameof(Article), nameof(WhatTheNotebooksPrinted),
    ];

    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.OrderBy(test => test.DisplayName, StringComparer.Ordinal);

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections
            .OrderBy(collection => Array.IndexOf(Chapters, collection.DisplayName.Split('.')[^1]) is var chapter and >= 0 ? chapter : Chapters.Length)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
