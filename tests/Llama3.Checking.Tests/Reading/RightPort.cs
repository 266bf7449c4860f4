using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Results of a right port, for tests that dump them in unusual ways.</summary>
internal static class RightPort
{
    /// <summary>The goldens of the article's prompt.</summary>
    public static IReadOnlyDictionary<string, Tensor> Prompt { get; } = Goldens(MicroModel.Micro.Article, "");

    /// <summary>The goldens of the passes after it, by the names that a port gives them.</summary>
    public static IReadOnlyDictionary<string, Tensor> Passes { get; } =
        MicroModel.Micro.Passes.SelectMany(pass => Goldens(pass, pass.Prefix)).ToDictionary();

    /// <summary>The verdict on some tensors.</summary>
    public static PortReport Check(Dictionary<string, Tensor> tensors) => Port.Check(MicroModel.Micro, tensors);

    /// <summary>The notes on a dump that agrees, of its prompt and its passes.</summary>
    public static IReadOnlyList<string> Notes(Dictionary<string, Tensor> tensors)
    {
        var report = Check(tensors);
        PortReport[] all = [report, .. report.Passes];
        all.SelectMany(one => one.Dump.Unreadable).Should().BeEmpty();
        all.SelectMany(one => one.Results).Where(result => result.Verdict != Verdict.Ok).Select(result => result.Name).Should().BeEmpty();
        return [.. all.SelectMany(one => one.Dump.Notes)];
    }

    /// <summary>Numbers that are in no result: [.., rows or columns].</summary>
    public static Tensor Rubbish(params long[] shape) => torch.full(shape, -7.25);

    private static Dictionary<string, Tensor> Goldens(GoldenCase golden, string prefix) => golden.Results(ScalarType.Float32)
        .Where(pair => pair.Value.text is null).ToDictionary(pair => prefix + pair.Key, pair => pair.Value.tensor);
}
