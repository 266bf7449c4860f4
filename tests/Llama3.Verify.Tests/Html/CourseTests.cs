using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Verify.Copy;
using Llama3.Verify.Html.Course;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Tests.Html;

/// <summary>The pages of the course. What a browser does with them is in tests/Llama3.Pages.Tests.</summary>
public sealed partial class CourseTests
{
    private const long MostBytes = 6_000_000;

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Files = new(() =>
    {
        using var progress = ProgressLine.Create();
        return CourseSite.Files(progress).ToDictionary(file => file.Name, file => Encoding.UTF8.GetString(Bytes(file)));
    });

    public static TheoryData<string> Pages => [.. CoursePlace.All.Select(place => place.File)];

    [Theory(DisplayName = "course: a page is valid, every link leads somewhere, every picture has words:"), MemberData(nameof(Pages))]
    public void A_page(string file) =>
        HtmlRules.Broken(HtmlRules.Parse(Files.Value[file]), Files.Value.Keys.ToHashSet()).Should().BeEmpty();

    [Fact(DisplayName = "course: the whole site is smaller than 6 MB")]
    public void Size() => Files.Value.Values.Sum(text => (long)Encoding.UTF8.GetByteCount(text)).Should().BeLessThan(MostBytes);

    [SkippableFact(DisplayName = "course: docs/course is what the tool writes")]
    public void Committed()
    {
        Skip.If(Engine.Tensors != "Managed", "other engines round differently");
        var folder = Path.Combine(Repository.Root, "docs", "course");
        const string Hint = "write it again: dotnet run --project src/Llama3.Verify -- course docs/course --force";
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Should().BeEquivalentTo(Files.Value.Keys, Hint);
        foreach (var (name, text) in Files.Value)
        {
            var committed = File.ReadAllText(Path.Combine(folder, name)).ReplaceLineEndings("\n");
            WithoutNumbers(committed).Should().Be(WithoutNumbers(text), $"{name}: {Hint}");
            foreach (var (there, here) in Numbers(committed).Zip(Numbers(text))) { Distance(there, here).Should().BeLessThan(0.01, $"{name}: {Hint}"); }
        }
    }

    [Fact(DisplayName = "course: the picture of a step holds the golden's numbers, of all layers and heads")]
    public void Picture()
    {
        var picture = StepPictures.Of(ArticleSteps.q_per_token)!;
        var goldens = MicroModel.Micro.Article.Results(ScalarType.BFloat16);
        picture.Values.Should().Equal(Enumerable.Range(0, 3).SelectMany(layer => goldens[$"layers.{layer}.q_per_token"].tensor.ToSingles()));
        picture.Axes.Select(axis => $"{axis.Name} {axis.Length}").Should().Equal("layer 3", "head 8", "token 17", "dimension 10");
        picture.Rows[2].Should().Be("\" answer\"");
        Numbers(Files.Value["07-q_per_token.html"]).First().Should().Equal(picture.Values);
    }

    [Fact(DisplayName = "course: a known mistake is drawn beside what is right, from the first head that shows it")]
    public void Mistake()
    {
        var mistake = StepText.Mistakes(ArticleSteps.qk_per_token).Single(mistake => mistake.Name == "no_scale");
        var (right, wrong) = StepPictures.Of(ArticleSteps.qk_per_token, mistake)!.Value;
        right.Alt.Should().Be("right in layer 0 head 0");
        wrong.Alt.Should().Be("no_scale in layer 0 head 0");
        wrong.Values.Zip(right.Values, (made, expected) => made / expected).Should().OnlyContain(factor => Math.Abs(factor - Math.Sqrt(10)) < 0.03);
    }

    [Fact(DisplayName = "course: every exercise of docs/exercises.md that begins at a step stands on its page; of other steps a known mistake is one")]
    public void Exercises()
    {
        var steps = ArticleSteps.all.Concat(CacheSteps.all).ToList();
        steps.Where(step => Exercise.Of(step).Count == 0).Should().Equal([CacheSteps.tokens], "no known mistake is made there on this prompt");
        steps.SelectMany(Exercise.Of).Count(exercise => exercise.Title != "Make a known mistake").Should().Be(14, "the fifteenth is of no step");
        Files.Value["25-mask.html"].Should().Contain("<h2>Exercise: Not even itself</h2>");
    }

    [Fact(DisplayName = "course: the code of a step is that of its source, with what it calls there")]
    public void Code()
    {
        SourceCode.Of(ArticleSteps.qk_per_token).Select(found => found.Function).Should().Equal("Attention.scores", "Attention.dot_products", "Attention.multiply_in_groups");
        SourceCode.Of(ArticleSteps.freqs).Single(found => found.Function == "Rope.scaled").Code.Should().StartWith("private static float scaled(").And.EndWith("\n}");
    }

    private static byte[] Bytes(ExportFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    private static string WithoutNumbers(string html) => Values().Replace(html, "");

    private static IEnumerable<float[]> Numbers(string html) => Values().Matches(html)
        .Select(match => Decoded(Base64Url.DecodeFromChars(match.Groups[1].Value), match.Groups[2].Value == "16"));

    private static float[] Decoded(byte[] bytes, bool isHalf) => isHalf
        ? [.. bytes.Chunk(2).Select(half => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(half) << 16))]
        : [.. bytes.Chunk(4).Select(number => BitConverter.ToSingle(number))];

    /// <summary>Another processor rounds the last bits otherwise.</summary>
    private static double Distance(float[] there, float[] here) => there.Length != here.Length ? double.PositiveInfinity
        : there.Zip(here).Where(pair => !pair.First.Equals(pair.Second)).Select(pair => Math.Abs(pair.First - pair.Second) / (1e-3 + Math.Abs(pair.Second))).DefaultIfEmpty(0).Max();

    [GeneratedRegex("data-values=\"([^\"]*)\" data-bits=\"(16|32)\"")]
    private static partial Regex Values();
}
