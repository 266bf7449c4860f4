using System.Collections;
using System.Runtime.CompilerServices;
using Llama3.Formats.Input;

namespace Llama3.Reference.Walking;

/// <summary>Steps in the order in which they were declared.</summary>
public sealed class StepList : IReadOnlyList<ArticleStep>
{
    private const int MostNear = 3;
    private const int AlikeFrom = 2;
    private const int Nowhere = 3;

    private readonly List<ArticleStep> _steps = [];
    private readonly Chapter _chapter;
    private readonly int _first;

    /// <summary>An empty list.</summary>
    /// <param name="chapter">The chapter that declares the steps.</param>
    /// <param name="first">The number of the first step.</param>
    internal StepList(Chapter chapter, int first = 1) => (_chapter, _first) = (chapter, first);

    /// <inheritdoc/>
    public int Count => _steps.Count;

    /// <inheritdoc/>
    public ArticleStep this[int index] => _steps[index];

    /// <summary>The step with this id or number.</summary>
    /// <exception cref="BadInputException">There is no such step; the message names those that come nearest.</exception>
    public ArticleStep this[string id] => Find(_steps, id);

    /// <summary>The step or finer point with this id, or the step with this number.</summary>
    /// <exception cref="BadInputException">There is no such step; the message names those that come nearest.</exception>
    internal static ArticleStep Find(IReadOnlyCollection<ArticleStep> steps, string id) =>
        steps.FirstOrDefault(step => step.id == id
            || (step.part_of is null && $"{step.number}" == id)
            || (step.chapter == Chapter.Cache && $"decode.{step.id}" == id)) ?? throw new BadInputException(
            $"there is no step '{Printable.Text(id)}'; " + (id.Any(char.IsLetter) && Nearest(steps, id).ToList() is { Count: > 0 } near
                ? $"did you mean {string.Join(" or ", near)}?"
                : $"steps are numbered 1 to {steps.Max(step => step.number)}"));

    /// <summary>Appends a step named after the field it is assigned to.</summary>
    /// <exception cref="ArgumentException">Two steps have the same name.</exception>
    internal ArticleStep add(
        string title,
        string why,
        string formula,
        string shape,
        ScalarType? dtype,
        int cell,
        Func<Values, StepResult> run,
        Repeats repeats = Repeats.Once,
        bool is_layer_output = false,
        bool is_cache = false,
        ArticleStep? part_of = null,
        ArticleStep? takes_place_of = null,
        [CallerArgumentExpression(nameof(run))] string code = "",
        [CallerMemberName] string id = "")
    {
        if (_steps.Exists(step => step.id == id)) { throw new ArgumentException($"two steps are called {id}", nameof(id)); }
        var step = new ArticleStep
        {
            chapter = _chapter,
            number = part_of?.number ?? _first + _steps.Count,
            part_of = part_of,
            takes_place_of = takes_place_of,
            id = id,
            title = title,
            why = why,
            formula = formula,
            shape = new Shape(shape),
            dtype = dtype,
            repeats = repeats,
            is_layer_output = is_layer_output,
            is_cache = is_cache,
            cell = cell,
            run = run,
            code = code,
        };
        _steps.Add(step);
        return step;
    }

    /// <inheritdoc/>
    public IEnumerator<ArticleStep> GetEnumerator() => _steps.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// The ids of at most three steps that come nearest to a word: their id, a function or the title contains it, or their id begins as it
    /// does. Empty if nothing is similar.
    /// </summary>
    internal static IEnumerable<string> Nearest(IEnumerable<ArticleStep> steps, string word) => steps
        .Select(step => (step.id, Place: PlaceOf(word, step), Prefix: step.id.Zip(word).TakeWhile(pair => pair.First == pair.Second).Count()))
        .Where(step => step.Place < Nowhere || step.Prefix >= AlikeFrom)
        .OrderBy(step => step.Place)
        .ThenByDescending(step => step.Prefix)
        .Select(step => step.id)
        .Distinct()
        .Take(MostNear);

    /// <summary>Where a step contains a word, whatever its case, hyphens and spaces: 0 in the id, 1 in a function, 2 in the title.</summary>
    private static int PlaceOf(string word, ArticleStep step)
    {
        var (letters, places) = (LettersOf(word), new[] { step.id, string.Join(' ', step.functions), step.title });
        var place = letters.Length == 0 ? -1 : Array.FindIndex(places, text => LettersOf(text).Contains(letters, StringComparison.Ordinal));
        return place < 0 ? Nowhere : place;
    }

    private static string LettersOf(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
