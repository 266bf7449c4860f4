namespace Llama3.Verify.Html.Report;

/// <summary>The report on texts.</summary>
/// <param name="Head">What stands at the top.</param>
/// <param name="Kinds">The kinds of tasks, one after the other.</param>
/// <param name="Skipped">The kinds that are known to be wrong.</param>
/// <param name="CommandLine">How to run the check again.</param>
public sealed record TextView(HeadView Head, IReadOnlyList<KindView> Kinds, string Skipped, string CommandLine);

/// <summary>What is said of a kind of tasks.</summary>
/// <param name="Name">"encode".</param>
/// <param name="Verdict">"agrees, 172 answers".</param>
/// <param name="Passed">Whether nothing is wrong; null if nothing was answered.</param>
/// <param name="Lines">The mistakes, and the first difference.</param>
public sealed record KindView(string Name, string Verdict, bool? Passed, IReadOnlyList<ReportLine> Lines);
