using System.Globalization;
using Llama3.Checking.Goldens;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Whatever a port dumps under known names: it is judged, or refused with a <see cref="BadInputException"/> of one line.</summary>
public sealed class DumpFuzzTests
{
    /// <summary>How many dumps are made: 20, in CI 60; set to 20000 for a longer look.</summary>
    private const string Variable = "LLAMA3_PORT_FUZZ";

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? $"{LongTests.Rounds(20, 60)}", CultureInfo.InvariantCulture);

    [Fact(DisplayName = "dumps of all kinds of names, shapes, dtypes and numbers are judged or refused")]
    public void Of_all_kinds()
    {
        var judged = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var scope = torch.NewDisposeScope();
            if (IsJudged(new DumpFuzz(new Random(round)).Tensors(), round)) { judged++; }
        }
        judged.Should().BeInRange(Rounds / 20, Rounds * 19 / 20, "some changes do no harm, and some do");
    }

    /// <summary>Any other exception than the expected one fails the test.</summary>
    private static bool IsJudged(Dictionary<string, Tensor> tensors, int round)
    {
        try
        {
            return Port.Check(MicroModel.Micro, tensors).Results.Count > 0;
        }
        catch (BadInputException error)
        {
            if (error.Message.Any(char.IsControl)) { throw new InvalidDataException($"not a single line: {error.Message}"); }
            return false;
        }
        catch (Exception error)
        {
            var entries = string.Join(", ", MemoryDump.Of(tensors).Entries);
            throw new InvalidDataException($"{error.GetType()} in round {round} of {entries}: {error.Message}", error);
        }
    }
}
