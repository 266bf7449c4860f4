using Llama3.Tests.Damage;

namespace Llama3.Formats.Tests;

/// <summary>
/// However an input is damaged: it is read, or refused with a line, at little cost. Here the corpus is read, and some random changes of it; tests/Llama3.Fuzzing looks
/// longer, and where it has not been.
/// </summary>
public sealed class DamageTests : IDisposable
{
    private static readonly int Rounds = LongTests.Rounds(100, 500);

    private readonly InputReaders _readers = new();

    public static TheoryData<string> Readers
    {
        get
        {
            using var readers = new InputReaders();
            return [.. readers.All.Select(reader => reader.Name)];
        }
    }

    public void Dispose() => _readers.Dispose();

    [Theory(DisplayName = "damaged inputs are read or refused"), MemberData(nameof(Readers))]
    public void Damaged(string name)
    {
        var reader = _readers[name];
        var corpus = Corpus.Read(name);
        var sound = corpus.Where(entry => IsRead(reader, entry.Name, entry.Input)).ToList();
        sound.Should().NotBeEmpty("an input that is read shows that the reader runs");
        var random = new Random(1);
        var mutator = new Mutator(random, reader);
        var read = Enumerable.Range(1, Rounds).Count(round => IsRead(reader, $"change {round} of the corpus", mutator.Damage(Any(sound), Any(corpus))));
        read.Should().BeLessThan(Rounds, "some changes do harm");

        byte[] Any(IReadOnlyList<(string Name, byte[] Input)> inputs) => inputs[random.Next(inputs.Count)].Input;
    }

    private static bool IsRead(InputReader reader, string name, byte[] input)
    {
        var trial = Trial.Of(reader, input);
        return trial.Problem is null ? trial.IsRead : throw new InvalidDataException($"{reader.Name}, {name}: {trial.Problem}: {Convert.ToBase64String(input)}");
    }
}
