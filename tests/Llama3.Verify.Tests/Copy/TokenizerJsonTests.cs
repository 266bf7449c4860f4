using System.Text;
using System.Text.Json.Nodes;
using Llama3.Checking.Goldens;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Tests.Copy;

/// <summary>Hugging Face's tokenizer.json.</summary>
public sealed class TokenizerJsonTests
{
    private static readonly string Micro = Encoding.UTF8.GetString(Exported.Read("hf", "tokenizer.json"));

    [Theory(DisplayName = "tokenizer.json: the same ids as tokenizer.model")]
    [InlineData("the answer to the ultimate question of life, the universe, and everything is ")]
    [InlineData("这是一个 test\n\n  of 12345 bytes: \u0000\u007f é 😀")]
    public void Same_ids(string text)
    {
        var tokenizer = Read(Micro);
        tokenizer.encode(text).Should().Equal(MicroModel.Micro.Checkpoint.tokenizer.encode(text));
        tokenizer.decode(tokenizer.encode(text)).Should().Be(text);
    }

    [Fact(DisplayName = "tokenizer.json: merges may be pairs instead of texts, special tokens may stand outside the vocabulary")]
    public void Newer_files()
    {
        var json = JsonNode.Parse(Micro)!;
        json["model"]!["merges"] = new JsonArray([.. json["model"]!["merges"]!.AsArray()
            .Select(merge => new JsonArray([.. merge!.GetValue<string>().Split(' ').Select(part => JsonValue.Create(part))]))]);
        foreach (var special in SpecialTokens.Names) { json["model"]!["vocab"]!.AsObject().Remove(special); }
        Read(json.ToJsonString()).encode("the universe").Should().Equal(MicroModel.Micro.Checkpoint.tokenizer.encode("the universe"));
    }

    [Theory(DisplayName = "tokenizer.json: what is not Llama 3's tokenizer is refused")]
    [InlineData("\"type\": \"BPE\"", "\"type\": \"Unigram\"", "model.type is \"Unigram\", expected \"BPE\"")]
    [InlineData("{1,3}", "{1,2}", "the text is cut by \"*\", expected Llama 3's pattern")]
    [InlineData("\"the\": 1820", "\"the\": 2983", "id 2983 already belongs to an earlier token")]
    [InlineData("\"the\": 1820", "\"the\": -1", "token \"the\" has the id -1, expected an integer from 0 on")]
    [InlineData("\"the\": 1820", "\"the\": \"1\"", "token \"the\" has the id \"1\", expected an integer from 0 on")]
    [InlineData("\"the\": 1820", "\"t e\": 1820", "token \"t e\" is not spelt in byte letters")]
    [InlineData("\"!\": 0,", "", "the byte 0x21 has no token, so not every text can be encoded; is the file empty or cut off?")]
    [InlineData("\"Ġ Ġ\"", "\"Ġ ÿ\"", "the merge \"Ġ ÿ\" gives no token")]
    [InlineData("\"vocab\"", "\"words\"", "model.vocab is missing, expected tokens and their ids")]
    [InlineData("\"merges\"", "\"pairs\"", "model.merges is missing, expected a list")]
    [InlineData("\"version\"", "version", "not a JSON object: *")]
    public void Refused(string old, string replacement, string expected)
    {
        Micro.Should().Contain(old);
        BadInput.IsRefused(() => Read(Micro.Replace(old, replacement, StringComparison.Ordinal)), $"tokenizer.json: {expected}");
    }

    [Fact(DisplayName = "tokenizer.json: merges that are not in the order of their ids are refused")]
    public void Other_order()
    {
        var json = JsonNode.Parse(Micro)!;
        var merges = json["model"]!["merges"]!.AsArray();
        var last = merges[^1]!.GetValue<string>();
        merges.Insert(0, last);
        BadInput.IsRefused(() => Read(json.ToJsonString()), "tokenizer.json: the merge \"*\" gives token * after *: expected Llama 3's merges, *");
    }

    private static Llama3Tokenizer Read(string json) => Llama3Tokenizer.ReadJson(new MemoryStream(Encoding.UTF8.GetBytes(json)), "tokenizer.json");
}
