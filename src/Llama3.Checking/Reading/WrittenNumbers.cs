using Llama3.Checking.Roundings;
using Llama3.Formats.Numbers;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// What the numbers of a dump are rounded to when it is written, whatever the port computes in: some dumps have 16 bits for each number, to save
/// space. Their rule: the file has such a dtype, or all its real numbers are such.
/// </summary>
/// <remarks>
/// Example: a dump of float32 in which only the frequencies are bfloat16 numbers is not rounded when written; the port rounds its frequencies.
/// </remarks>
/// <param name="results">What was dumped.</param>
internal sealed class WrittenNumbers(DumpedResults results)
{
    private readonly Lazy<NarrowNumber?> _ofAll = new(() => OfAll([.. results.All.Where(IsReal)]));

    /// <summary>
    /// The numbers of a result as they were before they were written: those that are the expected ones, rounded, are put back. The numbers as they
    /// are, if none is rounded.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="written">Its numbers.</param>
    /// <param name="expected">What is expected of it, in the same shape.</param>
    public Tensor Before(DumpedResult result, Tensor written, Tensor expected) =>
        (NarrowNumber.Of(result.Dtype) ?? (IsReal(result) ? _ofAll.Value : null)) is { } type ? type.Before(written, expected) : written;

    private static bool IsReal(DumpedResult result) => result.Step.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    private static NarrowNumber? OfAll(List<DumpedResult> real) => !real.Exists(IsOfLayer) ? null
        : real.TrueForAll(result => Hold(result, Rounding.IsBFloat16)) ? NarrowNumber.BFloat16
        : real.TrueForAll(result => Hold(result, Rounding.IsHalf)) ? NarrowNumber.Float16
        : null;

    /// <summary>Tables, weights and masks alone do not tell: only what is computed of each token does.</summary>
    private static bool IsOfLayer(DumpedResult result) => result.Step.repeats != Repeats.Once && result.Step.shape.Names[0] == "T";

    private static bool Hold(DumpedResult result, Predicate<float> isNarrow) => Array.TrueForAll(result.Read().ToSingles(), isNarrow);
}
