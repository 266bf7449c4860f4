namespace Llama3.Checking.Tests.Reports;

/// <summary>
/// Mistakes of public reports, made by a port that shares nothing with the catalogue: the check sees them, and says which they are.
/// LLAMA3_LONG_TESTS=1 makes all of them, not some.
/// </summary>
public sealed class ReportTests
{
    /// <summary>In default runs one of so many re-creations is made.</summary>
    private const int Every = 9;

    public static TheoryData<string> Threads => [.. LongTests.Some(AllReports.Recreations, Every).Select(NameOf)];

    [Theory(DisplayName = "reports: seen, and called by its own name:"), MemberData(nameof(Threads))]
    public void Seen_and_named(string name)
    {
        var recreation = AllReports.Recreations.Single(recreation => NameOf(recreation) == name);
        var told = Told.Of(recreation);
        told.Names.Should().Equal(recreation.Names.Order(StringComparer.Ordinal), told.Text);
        told.IsSeen.Should().Be(recreation.Unseen is null, told.Text);
    }

    [Fact(DisplayName = "reports: what went wrong with texts is named where it was made, and nothing else is; the port without a mistake agrees")]
    public void Named_in_texts()
    {
        TextRecreation.Judged(new PlainTexts()).Kinds.Should().OnlyContain(kind => kind.Passed && kind.IsAnswered);
        foreach (var report in LongTests.Some(AllReports.All.Where(report => report.Texts is not null), 4))
        {
            var made = report.Texts!;
            var kinds = made.Report.Kinds;
            kinds.Single(kind => kind.Kind == made.Kind).Mistakes.Should().ContainSingle(report.Thread).Which.Together.Should().ContainSingle().Which.Name.Should().Be(made.Names[0], report.Thread);
            kinds.SelectMany(kind => kind.Mistakes).SelectMany(found => found.Together).Select(mistake => mistake.Name).Distinct().Should().BeEquivalentTo(made.Names, report.Thread);
            kinds.Sum(kind => kind.Unexplained).Should().Be(0, report.Thread);
        }
    }

    [Fact(DisplayName = "reports: each is either re-created or left out for a reason, and no re-creation is without names and without a reason")]
    public void All_are_accounted_for()
    {
        AllReports.All.Where(report => (report.Recreation is null && report.Texts is null) == (report.LeftOut is null)).Should().BeEmpty();
        AllReports.Recreations.Where(one => (one.Names.Count == 0) == (one.Nameless is null && one.Unseen is null)).Select(NameOf).Should().BeEmpty();
    }

    [Fact(DisplayName = "reports: of those that concern tensors nearly all are seen, and most are named")]
    public void Most_are_named()
    {
        AllReports.All.Should().HaveCountGreaterThanOrEqualTo(95);
        var all = AllReports.InTensors;
        all.Count(report => report.Recreation!.Unseen is null).Should().BeGreaterThanOrEqualTo((int)Math.Ceiling(0.95 * all.Count));
        all.Count(report => report.Recreation!.Names.Count > 0).Should().BeGreaterThanOrEqualTo((int)Math.Ceiling(0.85 * all.Count));
    }

    [Fact(DisplayName = "docs: the reports")]
    public void Page() => Readme.ShouldHold("reports", ReportPage.Text, Readme.Reports);

    /// <summary>The first thread that it is of, and of two re-creations of one thread the usage and model.</summary>
    private static string NameOf(Recreation recreation) => AllReports.InTensors.First(report => report.Recreation == recreation) is var first
        ? $"{first.Thread}, {first.Kind}"
        : "";
}
