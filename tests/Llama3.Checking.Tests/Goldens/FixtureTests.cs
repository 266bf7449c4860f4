using System.Security.Cryptography;
using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Goldens;

/// <summary>The fixtures are what the capture wrote, and the steps say the same as their manifest.</summary>
public sealed class FixtureTests
{
    [Fact(DisplayName = "fixtures: no fixture has changed, come or gone since its capture (SHA-256)")]
    public void No_fixture_has_changed()
    {
        var folder = Path.Combine(Repository.Root, "fixtures");
        var found = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) != ".md" && Path.GetFileName(path) != "SHA256SUMS")
            .Select(path => $"{Sha256(File.ReadAllBytes(path))}  {Path.GetRelativePath(folder, path).Replace('\\', '/')}");
        found.Should().BeEquivalentTo(File.ReadAllLines(Path.Combine(folder, "SHA256SUMS")), "scripts/checksums.py writes them after a capture");
    }

    [Fact(DisplayName = "fixtures: the manifest lists the files of the micro checkpoint as they are")]
    public void The_manifest_lists_the_files()
    {
        foreach (var (name, entry) in MicroModel.Micro.Manifest.Files)
        {
            var bytes = Fixtures.Read($"fixtures/micro/{name}");
            (Sha256(bytes), bytes.LongLength).Should().Be((entry.Sha256, entry.Bytes), $"that is {name}");
        }
    }

    [Fact(DisplayName = "fixtures: steps and manifest agree on number, id and notebook cell")]
    public void Steps_agree_with_the_manifest() =>
        ArticleSteps.all.Select(step => (step.number, step.id, step.cell)).Should().Equal(
            MicroModel.Micro.Manifest.Steps.Select(entry => (entry.Number, entry.Id, entry.Cells["llama3-from-scratch"])));

    [Fact(DisplayName = "fixtures: every golden has the shape and dtype that its step declares")]
    public void Goldens_have_the_declared_form()
    {
        foreach (var dtype in Precision.All)
        {
            foreach (var (step, scope) in Captured(dtype))
            {
                var golden = MicroModel.Micro.Article.Results(dtype)[scope.KeyOf(step)].tensor;
                golden.shape.Should().Equal(step.shape_in(scope).Sizes(Micro.Checkpoint.Params, 17), $"that is {scope.KeyOf(step)}");
                golden.dtype.Should().Be(step.dtype_in(dtype), $"that is {scope.KeyOf(step)}");
            }
        }
    }

    [Fact(DisplayName = "fixtures: every step has exactly one tolerance per precision, with a reason")]
    public void Every_step_has_a_tolerance()
    {
        var steps = ArticleSteps.all.Concat(CacheSteps.all.Where(step => step.takes_place_of is null)).ToList();
        var listed = MicroModel.Micro.Manifest.Tolerances
            .SelectMany(entry => entry.Steps.Select(id => (entry.Engine, entry.Precision, id)))
            .ToList();
        listed.Should().OnlyHaveUniqueItems();
        listed.Where(entry => entry.Engine is null).Should().HaveCount(Precision.All.Count * steps.Count);
        foreach (var step in steps)
        {
            foreach (var dtype in Precision.All) { MicroModel.Micro.Manifest.ToleranceOf(step, dtype).Reason.Should().NotBeEmpty(); }
        }
    }

    [Fact(DisplayName = "fixtures: every step's function is in the file that its messages name")]
    public void Functions_are_where_messages_say()
    {
        foreach (var step in ArticleSteps.all)
        {
            File.ReadAllText(Path.Combine(Repository.Root, step.file))
                .Should().ContainAll(step.functions.Select(function => $" {function.Split('.')[^1]}"), step.ToString());
        }
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static IEnumerable<(ArticleStep Step, Scope Scope)> Captured(ScalarType dtype) =>
        from step in ArticleSteps.all
        where step.dtype is not null
        from scope in Enumerable.Range(0, Micro.Checkpoint.Params.n_layers).Select(Scope.Layer).Prepend(Scope.Article)
        where scope.head is not null || step.repeats != Repeats.Once
        select (step, scope);
}
