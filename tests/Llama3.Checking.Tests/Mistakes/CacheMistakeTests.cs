using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>
/// Tries every mistake with a cache: the tests of the steps that it gets wrong fail, and it is named. The article's own steps have no goldens
/// in passes: what goes wrong in these, PassTests show.
/// </summary>
public sealed class CacheMistakeTests
{
    public static TheoryData<string, string> Mistaken
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var mistake in CacheMistakes)
            {
                foreach (var step in mistake.Wrong.Keys.Where(step => step.chapter == Chapter.Cache)) { data.Add(mistake.Name, step.id); }
            }
            return data;
        }
    }

    private static IEnumerable<KnownMistake> CacheMistakes => KnownMistakes.OfPasses.Except(KnownMistakes.All);

    [Theory(DisplayName = "cache: a mistake breaks its step, and is called by its name"), MemberData(nameof(Mistaken))]
    public void Mistake(string name, string id)
    {
        var mistake = CacheMistakes.Single(mistake => mistake.Name == name);
        var report = new GoldenCheck(MicroModel.Micro, mistake.Wrong).Check(CacheSteps.all[id]);
        string[][] twins = [["cache_not_written", "cache_v_not_written"]];
        string[] named = Array.Find(twins, twins => id == "v_cache" && twins.Contains(name)) ?? [name];
        report.LooksLike().Select(found => found.Name).Should().Equal(named, $"{report}");
    }

    [Fact(DisplayName = "cache: what a failing golden says")]
    public Task What_a_failing_golden_says()
    {
        var wrong = CacheMistakes.Single(mistake => mistake.Name == "cache_pos_plus1").Wrong;
        return Snapshot.Verify(new GoldenCheck(MicroModel.Micro, wrong).Check(CacheSteps.positions).ToString());
    }
}
