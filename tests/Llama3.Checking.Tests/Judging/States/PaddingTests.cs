namespace Llama3.Checking.Tests.Judging.States;

/// <summary>What a dump says of the rows of a batch, and what contradicts itself.</summary>
public sealed class PaddingTests : IDisposable
{
    private readonly StatePort _port = new();

    public void Dispose() => _port.Dispose();

    [Theory(DisplayName = "padding: what contradicts itself is refused:")]
    [InlineData("attention_mask", new[] { 2L, 3 }, new[] { 1L, 0, 1, 1, 1, 1 }, "attention_mask has padding between the tokens of row 0, expected it before them or after them")]
    [InlineData("attention_mask", new[] { 2L, 3 }, new[] { 1L, 1, 1, 0, 0, 0 }, "tokens has no token in row 1, expected one at least: all of it is padding")]
    [InlineData("attention_mask", new[] { 2L, 3 }, new[] { 1L, 2, 1, 1, 1, 1 }, "attention_mask holds other numbers than 1 for a token and 0 for padding")]
    [InlineData("attention_mask", new[] { 3L, 2 }, new[] { 1L, 1, 1, 1, 1, 1 }, "attention_mask has the shape [3, 2], expected [2, 3]")]
    [InlineData("lengths", new[] { 2L }, new[] { 3L, 4 }, "lengths says 4 tokens in row 1, which has 3 slots")]
    [InlineData("lengths", new[] { 3L }, new[] { 3L, 3, 3 }, "lengths has the shape [3], expected [2], a number for each row")]
    [InlineData("kept", new[] { 3L }, new[] { 3L, 3, 3 }, "kept has the shape [3], expected one number, or [2]")]
    public void Refused(string name, long[] shape, long[] numbers, string expected) =>
        IsRefused(new() { ["tokens"] = torch.ones([2, 3], dtype: int64), [name] = torch.tensor(numbers, shape) }, expected);

    [Theory(DisplayName = "padding: a batch of no rows, of no slots or of too many rows is refused:")]
    [InlineData(new[] { 0L, 12 }, "tokens has the shape [0, 12], expected [T], or [B, T] of a batch")]
    [InlineData(new[] { 12L, 0 }, "tokens has the shape [12, 0], expected [T], or [B, T] of a batch")]
    [InlineData(new[] { 2L, 3, 4 }, "tokens has the shape [2, 3, 4], expected [T], or [B, T] of a batch")]
    public void Sizes(long[] shape, string expected) => IsRefused(new() { ["tokens"] = torch.ones(shape, dtype: int64) }, expected);

    [Fact(DisplayName = "padding: too many rows are refused")]
    public void Rows() => BadInput.IsRefused(
        () => _port.Check(new Dictionary<string, Tensor> { ["tokens"] = torch.ones([257, 1], dtype: int64) }),
        "the tensors in memory holds 257 prompts, expected 256 at most: dump fewer runs, or fewer rows of the batch");

    [Fact(DisplayName = "padding: a mask and lengths that contradict each other are refused, with the row")]
    public void Both() => IsRefused(
        new()
        {
            ["tokens"] = torch.ones([2, 3], dtype: int64),
            ["attention_mask"] = torch.tensor([1L, 1, 0, 1, 1, 1], [2, 3]),
            ["lengths"] = torch.tensor([2L, 2]),
        },
        "lengths says 2 tokens in row 1, but attention_mask says 3");

    [Fact(DisplayName = "padding: a pass after it has as many rows, and does not change what was padding")]
    public void Passes()
    {
        var tensors = new Dictionary<string, Tensor> { ["tokens"] = torch.ones([2, 3], dtype: int64), ["decode.0.tokens"] = torch.ones([3, 1], dtype: int64) };
        IsRefused(tensors, "tokens has the shape [3, 1], expected [2, M], as many rows as before", "decode.0");
        tensors["decode.0.tokens"] = torch.ones([2, 1], dtype: int64);
        tensors["decode.0.attention_mask"] = torch.tensor([1L, 1, 1, 1, 0, 1, 1, 1], [2, 4]);
        IsRefused(tensors, "attention_mask has other padding in row 1 than the passes before", "decode.0");
    }

    private void IsRefused(Dictionary<string, Tensor> tensors, string expected, string? pass = null) =>
        BadInput.IsRefused(() => _port.Check(tensors), $"the tensors in memory{(pass is null ? "" : $", {pass}")}: {expected}");
}
