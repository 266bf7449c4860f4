using System.Xml.Linq;
using Llama3.Reference;
using Llama3.Verify.Html.Course;

namespace Llama3.Verify.Tests.Html;

public sealed class MathTextTests
{
    [Theory(DisplayName = "formulas: fractions, roots, powers and indexes are built from what a step says:")]
    [InlineData("x / √(mean(x²) + eps) · norm", "frac(x, sqrt(mean(sup(x, 2))+eps))·norm")]
    [InlineData("scores = q · kᵀ / √head_dim", "scores=frac(q·sup(k, ⊤), sqrt(head_dim))")]
    [InlineData("freq[i] = 1 / rope_theta ^ part[i]", "sub(freq, i)=frac(1, sup(rope_theta, sub(part, i)))")]
    [InlineData("part[i] = i / (head_dim/2)", "sub(part, i)=frac(i, frac(head_dim, 2))")]
    [InlineData("pairs[t, i] = (q[t, 2i], q[t, 2i+1])", "sub(pairs, t,i)=(sub(q, t,2i),sub(q, t,2i+1))")]
    [InlineData("wq [n_heads · head_dim, dim] → [n_heads]", "wq [n_heads·head_dim,dim]→[n_heads]")]
    [InlineData("(silu(x · w1ᵀ) ⊙ (x · w3ᵀ)) · w2ᵀ", "(silu(x·sup(w1, ⊤))⊙(x·sup(w3, ⊤)))·sup(w2, ⊤)")]
    [InlineData("exp(s - max) / Σ exp(s - max), row by row", "frac(exp(s-max), Σexp(s-max)),row by row")]
    [InlineData("a < b", "a<b")]
    public void A_formula(string formula, string expected) => Plain(XElement.Parse(MathText.Of(formula))).Should().Be(expected);

    [Fact(DisplayName = "formulas: those of all steps are XML, and nothing of them is lost")]
    public void All_steps()
    {
        foreach (var step in ArticleSteps.all.Concat(CacheSteps.all).Concat(FinerPoints.all))
        {
            static string Letters(string text) => string.Concat(text.Where(letter => char.IsAsciiLetter(letter) || letter == '_').Order());
            Letters(XElement.Parse(MathText.Of(step.formula)).Value).Should().Be(Letters(step.formula), $"{step}");
        }
    }

    private static string Plain(XElement element) => element.Name.LocalName switch
    {
        "mi" or "mn" or "mo" => element.Value,
        "mspace" => " ",
        "math" or "mrow" => string.Concat(element.Elements().Select(Plain)),
        var name => $"{name[1..]}({string.Join(", ", element.Elements().Select(Plain))})",
    };
}
