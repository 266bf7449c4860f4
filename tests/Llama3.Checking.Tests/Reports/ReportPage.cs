namespace Llama3.Checking.Tests.Reports;

/// <summary>The reports as a page for people.</summary>
internal static class ReportPage
{
    public static string Text => string.Join("\n\n", [Sum, Models, .. AllReports.All.GroupBy(report => report.Kind).Select(Section)]);

    private static string Sum
    {
        get
        {
            var all = AllReports.InTensors;
            var (seen, named) = (all.Count(report => report.Recreation!.Unseen is null), all.Count(report => report.Recreation!.Names.Count > 0));
            var (texts, left) = (AllReports.All.Count(report => report.Texts is not null), AllReports.All.Count(report => report.LeftOut is not null));
            return $"{AllReports.All.Count} reports; {AllReports.All.Count(report => !report.IsThread)} are of engines that we ran. {left} leave no trace in tensors or texts, or too little is known of them. "
                + $"Of the {all.Count} that are made again in tensors, {(seen == all.Count ? "all" : seen)} are seen, and {named} are named; {texts} are made again in texts, and all of them are named.";
        }
    }

    private static string Models => Table(
        ["model", "what it is"], AllReports.Recreations.Select(one => one.Model).Distinct().Select(name => (string[])[name, PlainModel.All[name]]))
        + "\n\n" + Table(["run on", "what it is"], AllReports.Recreations.Select(one => one.Usage).Distinct().Select(name => (string[])[name, Usage.Named(name).What]));

    private static string Section(IGrouping<string, Report> kind) => $"### {char.ToUpperInvariant(kind.Key[0])}{kind.Key[1..]}\n\n" + Table(
        ["thread", "what went wrong", "model, run on", "the check says"],
        kind.Select(report => (string[])[report.IsThread ? $"[{report.Thread}]({report.Url})" : report.Thread, report.Mistake, Where(report), Said(report)]));

    private static string Where(Report report) => report.Recreation is { } made ? $"{made.Model}, {made.Usage}" : report.Texts is not null ? "texts" : "—";

    private static string Said(Report report) => report.Recreation switch
    {
        null when report.Texts is { } texts => string.Join(", ", texts.Names.Select(name => $"`{name}`")),
        null => $"left out: {report.LeftOut}",
        { Unseen: { } why } => $"nothing: {why}",
        { Nameless: { } why } => $"wrong, without a name: {why}",
        { Names: var names } => string.Join(", ", names.Select(name => $"`{name}`")),
    };

    private static string Table(string[] head, IEnumerable<string[]> rows) =>
        string.Join('\n', rows.Prepend([.. head.Select(_ => "---")]).Prepend(head).Select(cells => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |"));
}
