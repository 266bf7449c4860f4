using System.Text.RegularExpressions;
using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests;

/// <summary>What is easily forgotten when somebody adds a mistake, a case of goldens, a rule or a verdict.</summary>
public sealed class ForgottenTests
{
    private static IEnumerable<KnownMistake> Mistakes => KnownMistakes.All.Union(KnownMistakes.OfPasses).Concat(ModelMistakes.All);

    [Fact(DisplayName = "a new class of mistakes must be listed in KnownMistakes")]
    public void Every_class_of_mistakes_is_listed()
    {
        var families = typeof(KnownMistakes).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(KnownMistakes).Namespace && type.Name.EndsWith("Mistakes", StringComparison.Ordinal))
            .Where(type => type != typeof(KnownMistakes)).ToList();
        families.Should().HaveCountGreaterThan(10);
        foreach (var family in families)
        {
            var mistakes = family.GetProperty("All")?.GetValue(null) as IEnumerable<KnownMistake>;
            mistakes.Should().NotBeNullOrEmpty($"{family.Name} must have a list All of its mistakes");
            mistakes.Should().BeSubsetOf(Mistakes, $"{family.Name}.All must be a part of KnownMistakes.All, or of OfPasses, or be ModelMistakes");
        }
    }

    [Fact(DisplayName = "a new mistake needs a name of its own, a sentence, a fix, threads with addresses, and steps that it gets wrong")]
    public void Every_mistake_is_complete()
    {
        Mistakes.Select(mistake => mistake.Name).Should().OnlyHaveUniqueItems("messages and docs/known-mistakes.md tell them apart by it");
        foreach (var mistake in Mistakes)
        {
            mistake.Name.Should().MatchRegex("^[a-z0-9]+(_-?[a-z0-9]+)*(-[0-9]+)?$", "names are in snake_case");
            mistake.Mistake.Should().MatchRegex(@"^\S.{10,}[^.]$", $"{mistake.Name} needs one sentence, without its full stop");
            mistake.Fix.Should().MatchRegex("^[a-z].{10,}[^.]$", $"{mistake.Name} needs one sentence that says how to fix it, without its full stop");
            mistake.Threads.Where(thread => !Regex.IsMatch(thread, @"^[\w.-]+/[\w.-]+#[1-9][0-9]*\z")).Should().BeEmpty("threads are owner/repo#number");
            mistake.Wrong.Should().NotBeEmpty($"{mistake.Name} must get a step wrong");
            mistake.Wrong.Keys.Should().BeSubsetOf(Aliases.DumpableWithCache, $"a port cannot dump what {mistake.Name} gets wrong");
        }
    }

    [Fact(DisplayName = "a new case of the manifest needs its files, and a new file of goldens its case")]
    public void Every_case_has_its_files()
    {
        foreach (var model in MicroModel.All)
        {
            var cases = model.Cases.Concat(model.Passes).ToList();
            var files = cases.SelectMany(golden => Precision.All.Select(golden.FileOf)).Concat(
                Precision.All.Select(dtype => model.Article.FileOf(FinerPoints.all[0], dtype)));
            var found = model.Files.Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)).Select(file => $"{model.Folder}/{file}");
            found.Should().BeEquivalentTo(files.Distinct(), $"these are the goldens of the cases in {model.ManifestFile}");
        }
    }

    [Fact(DisplayName = "a new case must hold a golden for each step that it covers, and what the step reads")]
    public void Every_case_can_be_checked()
    {
        foreach (var golden in MicroModel.Micro.Cases.Concat(MicroModel.Micro.Passes))
        {
            var steps = ArticleSteps.all.Concat(CacheSteps.all).Where(golden.Covers).ToList();
            steps.Should().NotBeEmpty($"the case {golden.Name} must cover a step");
            foreach (var step in steps)
            {
                golden.Results(ScalarType.Float32).Keys.Should().Contain(golden.ScopesOf(step).Select(scope => scope.KeyOf(step)), golden.Name);
                new Action(() => golden.Walk(ScalarType.Float32).Run(step, Scope.Article)).Should().NotThrow($"{golden.Name} must hold the inputs of {step}");
            }
        }
    }

    [Fact(DisplayName = "a new kind of case must come from a model, or be one without goldens")]
    public void Every_kind_of_case_is_used()
    {
        var kinds = typeof(GoldenCase).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(GoldenCase)) && !type.IsAbstract);
        var used = MicroModel.All.SelectMany(model => model.Cases.Concat(model.Passes)).Select(golden => golden.GetType());
        kinds.Except([typeof(PassWithoutGoldens), typeof(ReferenceCase)]).Should().BeEquivalentTo(used.Distinct());
    }

    [Fact(DisplayName = "a new step or precision needs limits for ports, against goldens and on the port's own inputs")]
    public void Every_step_has_limits_for_ports()
    {
        foreach (var model in MicroModel.All)
        {
            foreach (var precision in Enum.GetValues<PortPrecision>())
            {
                var tolerances = new PortTolerances(model.Manifest, precision);
                foreach (var (step, against) in from step in Aliases.DumpableWithCache from against in new[] { PortTolerances.Golden, PortTolerances.Local } select (step, against))
                {
                    new Action(() => tolerances.Of(step, against)).Should().NotThrow($"{model.ManifestFile} needs a port tolerance for {precision} {against} {step.id}");
                }
            }
        }
    }

    [Theory(DisplayName = "a new rule needs a number, an example, and a method that says which rule it is:")]
    [InlineData("Diagnosis", "Trial", "Extent", "Suspicion")]
    public void Every_rule_has_a_method(params string[] names)
    {
        var source = string.Concat(names.Select(name => File.ReadAllText(Path.Combine(Repository.Root, $"src/Llama3.Checking/Judging/{name}.cs"))));
        var rules = Regex.Matches(source, "<item>(.+?)</item>", RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToList();
        rules.Should().HaveCountGreaterThan(3).And.OnlyContain(rule => rule.Contains("Example: "));
        Regex.Matches(source, @"<summary>\s*(?:/// )?Rule (\d+)\b").Select(match => match.Groups[1].Value)
            .Should().BeEquivalentTo(Enumerable.Range(1, rules.Count).Select(number => $"{number}"), "each rule has one method");
    }

    [Fact(DisplayName = "a new verdict needs words")]
    public void Every_verdict_has_words() => Enum.GetValues<Verdict>().Select(verdict => verdict.InWords()).Should().OnlyHaveUniqueItems();
}
