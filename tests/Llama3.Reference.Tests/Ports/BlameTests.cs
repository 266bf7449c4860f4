using Llama3.Reference.Checking;
using Llama3.Reference.Ports;
using Xunit.Abstractions;

namespace Llama3.Reference.Tests.Ports;

public sealed class BlameTests(ITestOutputHelper output)
{
    [Theory, InlineData("full"), InlineData("must")]
    public void Explore(string mode)
    {
        foreach (var pitfall in Pitfalls.All)
        {
            try
            {
                var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, pitfall, mode == "full" ? null : PortContract.Must.Contains);
                var report = Port.Check(MicroModel.Micro, tensors);
                var faults = report.Steps.Where(s => s.Verdict is Verdict.WrongHere or Verdict.NotComputable).ToList();
                var expected = pitfall.Wrong.Keys.Select(k => k.id).ToHashSet();
                var got = faults.Select(f => f.Step.id).ToHashSet();
                var names = faults.SelectMany(f => f.LooksLike).Select(p => p.Name).Distinct().ToList();
                var unnamed = faults.Where(f => f.LooksLike.Count == 0).Select(f => f.Step.id);
                var flag = (got.SetEquals(expected) || mode == "must") && names.SequenceEqual([pitfall.Name]) && !unnamed.Any() ? "  " : "!!";
                output.WriteLine($"{flag} {pitfall.Name}: [{string.Join(" ", names)}] unnamed [{string.Join(" ", unnamed)}] missing [{string.Join(" ", expected.Except(got))}] extra [{string.Join(" ", got.Except(expected))}] {report.Precision}");
            }
            catch (Exception e) { output.WriteLine($"XX {pitfall.Name}: {e.GetType().Name} {e.Message} {e.StackTrace!.Split('\n')[0]}"); }
        }
    }
}
