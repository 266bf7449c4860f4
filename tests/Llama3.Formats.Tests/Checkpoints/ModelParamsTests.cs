using System.Text.Json.Nodes;
using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Checkpoints;

public class ModelParamsTests
{
    [Fact(DisplayName = "params.json: Llama 3 8B has heads of 128 and a feed-forward width of 14336")]
    public void Llama3_8B()
    {
        var read = Json.Read(Json.Llama3_8B);
        read.Should().Be(new ModelParams(4096, 32, 32, 8, 128256, 1024, 1.3, 1e-5, 500000));
        (read.head_dim, read.ffn_dim).Should().Be((128, 14336));
    }

    [Fact(DisplayName = "params.json: the micro model has heads of 10 and a feed-forward width of 288")]
    public void Micro()
    {
        var read = Json.Read(Json.Micro);
        (read.head_dim, read.ffn_dim).Should().Be((10, 288));
    }

    [Theory(DisplayName = "params.json: the feed-forward width is cut to an integer twice, then rounded up")]
    [InlineData(4096, 256, null, 11008)]
    [InlineData(5120, 256, null, 13824)]
    [InlineData(8192, 4096, 1.3, 28672)]
    [InlineData(4, 1, 1.0, 10)]
    [InlineData(4, 1, 1.1, 11)]
    public void Feed_forward_width(int dim, int multiple_of, double? multiplier, int expected) =>
        (Json.Read(Json.Llama3_8B) with { dim = dim, multiple_of = multiple_of, ffn_dim_multiplier = multiplier })
            .ffn_dim.Should().Be(expected);

    [Fact(DisplayName = "params.json: the 291 tensors of the 8B model, as consolidated.00.pth names and shapes them")]
    public void Tensors()
    {
        var shapes = Json.Read(Json.Llama3_8B).tensor_shapes;
        shapes.Should().HaveCount(3 + (32 * 9));
        shapes.Take(11).Select(tensor => $"{tensor.Key} [{string.Join(", ", tensor.Value)}]").Should().Equal(
            "tok_embeddings.weight [128256, 4096]",
            "layers.0.attention.wq.weight [4096, 4096]",
            "layers.0.attention.wk.weight [1024, 4096]",
            "layers.0.attention.wv.weight [1024, 4096]",
            "layers.0.attention.wo.weight [4096, 4096]",
            "layers.0.feed_forward.w1.weight [14336, 4096]",
            "layers.0.feed_forward.w3.weight [14336, 4096]",
            "layers.0.feed_forward.w2.weight [4096, 14336]",
            "layers.0.attention_norm.weight [4096]",
            "layers.0.ffn_norm.weight [4096]",
            "layers.1.attention.wq.weight [4096, 4096]");
        shapes.Keys.TakeLast(3).Should().Equal("layers.31.ffn_norm.weight", "norm.weight", "output.weight");
        shapes["output.weight"].Should().Equal(128256, 4096);
    }

    [Fact(DisplayName = "params.json: other fields are ignored, ffn_dim_multiplier may be missing or null")]
    public void Optional_fields()
    {
        Json.Read(With("ffn_dim_multiplier", null)).ffn_dim_multiplier.Should().BeNull();
        Json.Read(Json.Tiny).ffn_dim_multiplier.Should().BeNull();
        Json.Read(With("max_seq_len", "8192")).Should().Be(Json.Read(Json.Llama3_8B));
        Json.Read(With("use_scaled_rope", "false")).Should().Be(Json.Read(Json.Llama3_8B));
    }

    [Fact(DisplayName = "params.json: use_scaled_rope means Meta's constants")]
    public void Scaled_rope()
    {
        Json.Read(With("use_scaled_rope", "true")).Should().Be(Json.Read(Json.Llama3_8B) with { rope_scaling = new Llama3RopeScaling(8, 1, 4, 8192) });
        Json.Read(With("use_scaled_rope", "null")).rope_scaling.Should().BeNull();
        Json.Read(With("rope_scaling_factor", "32.0")).rope_scaling.Should().BeNull("use_scaled_rope is not there");
    }

    [Fact(DisplayName = "params.json: what later models of Meta's name: a head_dim and a factor of their own; and that the embeddings are tied")]
    public void Named_sizes()
    {
        var read = Json.Read(Json.Micro32);
        (read.head_dim, read.ffn_dim, read.tie_word_embeddings).Should().Be((64, 768, true));
        read.rope_scaling.Should().Be(new Llama3RopeScaling(32, 1, 4, 8192));
        read.parameters.Should().Be((128_256 * 256) + (3 * ((2 * 512 * 256) + (2 * 128 * 256) + (3 * 768 * 256) + (2 * 256))) + 256, "the embedding table counts once");
    }

    [Fact(DisplayName = "params.json: how many numbers the 8B model and the 1B model of Llama 3.2 have learnt")]
    public void Parameters()
    {
        Json.Read(Json.Llama3_8B).parameters.Should().Be(8_030_261_248);
        HuggingFaceConfigTests.Read(HuggingFaceConfigTests.Llama3_2_1B).parameters.Should().Be(1_235_814_400);
    }

    [Fact(DisplayName = "params.json: a byte order mark does no harm, a second one does")]
    public void Byte_order_mark()
    {
        Json.Read("\uFEFF" + Json.Micro).Should().Be(Json.Read(Json.Micro));
        Refused("\uFEFF\uFEFF" + Json.Micro, "params.json: not a JSON object, line 1*");
        Refused("\uFEFF", "params.json: not a JSON object, line 1*");
    }

    [Theory(DisplayName = "params.json: a bad value is named, with what is expected")]
    [InlineData("dim", "-1", "\"dim\" is -1, expected an integer from 1 to 65536")]
    [InlineData("dim", "0", "\"dim\" is 0, expected an integer from 1 to 65536")]
    [InlineData("dim", "65537", "\"dim\" is 65537, expected an integer from 1 to 65536")]
    [InlineData("dim", "1e99", "\"dim\" is 1e99, expected*")]
    [InlineData("dim", "99999999999999999999", "\"dim\" is 99999999999999999999, expected*")]
    [InlineData("dim", "4096.5", "\"dim\" is 4096.5, expected*")]
    [InlineData("dim", "\"4096\"", "\"dim\" is \"4096\", expected*")]
    [InlineData("dim", "[4096]", "\"dim\" is [4096], expected*")]
    [InlineData("dim", "null", "\"dim\" is null, expected*")]
    [InlineData("dim", "4097", "\"dim\" is 4097, expected a multiple of \"n_heads\" (32)")]
    [InlineData("dim", "4128", "\"dim\" / \"n_heads\" is 129, expected an even number: RoPE rotates pairs")]
    [InlineData("n_layers", "1025", "\"n_layers\" is 1025, expected an integer from 1 to 1024")]
    [InlineData("n_heads", "true", "\"n_heads\" is true, expected an integer from 1 to 1024")]
    [InlineData("n_kv_heads", "7", "\"n_heads\" is 32, expected a multiple of \"n_kv_heads\" (7)")]
    [InlineData("vocab_size", "-1", "\"vocab_size\" is -1, *(-1, \"ask the tokenizer\", is of Llama 2)")]
    [InlineData("multiple_of", "0", "\"multiple_of\" is 0, expected*")]
    [InlineData("ffn_dim_multiplier", "-1.3", "\"ffn_dim_multiplier\" is -1.3, expected a number above 0, at most 16")]
    [InlineData("ffn_dim_multiplier", "\"NaN\"", "\"ffn_dim_multiplier\" is \"NaN\", expected*")]
    [InlineData("norm_eps", "0", "\"norm_eps\" is 0, expected a number above 0, at most 1")]
    [InlineData("norm_eps", "2", "\"norm_eps\" is 2, expected*")]
    [InlineData("rope_theta", "1e999", "\"rope_theta\" is 1e999, expected a number above 0, at most 1000000000000")]
    [InlineData("use_scaled_rope", "1", "\"use_scaled_rope\" is 1, expected true or false")]
    [InlineData("head_dim", "0", "\"head_dim\" is 0, expected an integer from 1 to 65536")]
    [InlineData("head_dim", "127", "\"dim\" / \"n_heads\" is 127, expected an even number: RoPE rotates pairs")]
    [InlineData("tie_word_embeddings", "1", "\"tie_word_embeddings\" is 1, expected true or false")]
    [InlineData("moe_args", "{}", "\"moe_args\" is {}, expected no such field: only text models of Llama 3, 3.1, 3.2 and 3.3 can be read")]
    [InlineData("vision_chunk_size", "448", "\"vision_chunk_size\" is 448, expected no such field: only text models *")]
    [InlineData("vision_num_cross_attention_layers", "8", "\"vision_num_cross_attention_layers\" is 8, expected no such field: *")]
    [InlineData("quantization_args", "{\"group_size\": 256}", "\"quantization_args\" is {*}, expected no such field: *")]
    [InlineData("use_qk_norm", "true", "\"use_qk_norm\" is true, expected false: only text models *")]
    public void Bad_values(string field, string value, string expected) => Refused(With(field, value), $"params.json: {expected}");

    [Theory(DisplayName = "params.json: a missing field is named")]
    [InlineData("dim")]
    [InlineData("n_layers")]
    [InlineData("n_heads")]
    [InlineData("n_kv_heads")]
    [InlineData("vocab_size")]
    [InlineData("multiple_of")]
    [InlineData("norm_eps")]
    [InlineData("rope_theta")]
    public void Missing_fields(string field)
    {
        var json = JsonNode.Parse(Json.Llama3_8B)!.AsObject();
        json.Remove(field);
        Refused(json.ToJsonString(), $"params.json: \"{field}\" is missing, expected *");
    }

    [Theory(DisplayName = "params.json: text that is not a JSON object is refused with the place")]
    [InlineData("", "params.json: not a JSON object, line 1*")]
    [InlineData("[]", "params.json: not a JSON object, line 1*")]
    [InlineData("null", "params.json: not a JSON object*")]
    [InlineData("{\"dim\": 4096,\n", "params.json: not a JSON object*line 2*")]
    [InlineData("{\"norm_eps\": NaN}", "params.json: not a JSON object at \"norm_eps\", line 1*")]
    [InlineData("{\"rope_theta\": -Infinity}", "params.json: not a JSON object at \"rope_theta\", line 1*")]
    public void No_object(string json, string expected) => Refused(json, expected);

    [Fact(DisplayName = "params.json: an endless file is refused")]
    public void Endless_file() => Refused(new string(' ', (1 << 20) + 1), "params.json is larger than 1,048,576 bytes*");

    private static void Refused(string json, string message) => BadInput.IsRefused(() => Json.Read(json), message);

    /// <summary>The 8B model's params.json with one field changed, the value inserted as it is written.</summary>
    private static string With(string field, string? value)
    {
        var json = JsonNode.Parse(Json.Llama3_8B)!.AsObject();
        json[field] = "HERE";
        return json.ToJsonString().Replace("\"HERE\"", value ?? "null", StringComparison.Ordinal);
    }
}
