namespace Llama3.Checking.Tests.Reports;

/// <summary>Every report.</summary>
internal static class AllReports
{
    public static IReadOnlyList<Report> All { get; } = [.. RopeReports.All, .. WeightReports.All, .. StateReports.All, .. NumberReports.All, .. TextReports.All, .. EngineReports.All];

    /// <summary>Those that leave a trace in tensors.</summary>
    public static IReadOnlyList<Report> InTensors { get; } = [.. All.Where(report => report.Recreation is not null)];

    /// <summary>What they come down to; several reports may be of one mistake.</summary>
    public static IReadOnlyList<Recreation> Recreations { get; } = [.. InTensors.Select(report => report.Recreation!).Distinct()];
}
