using Llama3.Formats.Input;

namespace Llama3.Formats.Tests;

public sealed class PublicApiTests
{
    [Fact(DisplayName = "public is what users need: checkpoints, tokenizers and their error")]
    public Task The_public_API() => Snapshot.Verify(PublicApi.Of(typeof(BadInputException).Assembly));
}
