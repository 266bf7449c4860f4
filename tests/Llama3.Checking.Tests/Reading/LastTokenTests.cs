using Llama3.Checking.Judging;
using static Llama3.Checking.Tests.Reading.RightPort;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Ports whose last layer goes on with the last token alone are judged there, under any names.</summary>
public sealed class LastTokenTests
{
    private const string Note = "the last layer goes on with the last token alone, which is judged";

    /// <summary>What follows the keys and values of the last layer, by the axis of its tokens.</summary>
    private static readonly string[] OfTheEnd =
    [
        .. Prompt.Keys.Where(key => key.StartsWith("layers.2.", StringComparison.Ordinal) && Prompt[key].shape.Contains(17)
            && !key.Contains(".k_") && !key.Contains(".v_") && !key.EndsWith("2.token_embeddings", StringComparison.Ordinal)
            && !key.Contains("attention_norm")),
        "final_embedding", "final_embedding_normalized", "norm_before_weight",
    ];

    [Fact(DisplayName = "one row for T: all of the end of the last layer, and all else with all rows")]
    public void One_row()
    {
        var tensors = new Dictionary<string, Tensor>(Prompt);
        foreach (var key in OfTheEnd) { tensors[key] = Row(key); }
        Notes(tensors).Should().Contain($"{Note}: layers.2.q_per_token and {OfTheEnd.Length - 1} more");
        OfTheEnd.Length.Should().Be(25);
    }

    [Fact(DisplayName = "one row under the last position, of a head too")]
    public void Under_a_position()
    {
        var tensors = Prompt.Where(pair => !OfTheEnd.Contains(pair.Key)).ToDictionary();
        foreach (var key in OfTheEnd) { tensors[$"{key}@16"] = Row(key); }
        tensors.Remove("layers.2.q_per_token@16");
        for (var head = 0; head < 8; head++) { tensors[$"layers.2.q_per_token.head{head}@16"] = Row("layers.2.q_per_token")[head].reshape(10); }
        Notes(tensors).Should().Contain(note => note.Contains(Note));
    }

    [Theory(DisplayName = "one row under the names of others:")]
    [InlineData("ffn_inp-2", "layers.2.embedding_after_edit")]
    [InlineData("norm-2#2", "layers.2.ffn_norm_before_weight")]
    [InlineData("model.layers.2", "layers.2.layer_0_embedding")]
    [InlineData("layers.2.feed_forward.w2", "layers.2.output_after_feedforward")]
    [InlineData("result_norm", "final_embedding_normalized")]
    public void Under_other_names(string name, string key)
    {
        Notes(new() { [name] = Row(key) }).Should().Contain($"{Note}: {name}");
        Notes(new() { [name] = Row(key).reshape(1, 1, -1) }).Should().Contain(note => note.Contains(Note));
    }

    [Fact(DisplayName = "in a pass over several tokens")]
    public void In_a_pass()
    {
        var tensors = Passes.Where(pair => pair.Key.StartsWith("decode.0", StringComparison.Ordinal) || pair.Key.StartsWith("decode.1", StringComparison.Ordinal))
            .Where(pair => pair.Key.EndsWith("tokens", StringComparison.Ordinal) || pair.Key.EndsWith("l_per_token", StringComparison.Ordinal)).ToDictionary();
        tensors["tokens"] = Prompt["tokens"];
        foreach (var id in (string[])["embedding_delta", "layer_0_embedding"]) { tensors[$"decode.1.layers.2.{id}"] = Passes[$"decode.1.layers.2.{id}"][^1..]; }
        Notes(tensors).Should().ContainSingle(note => note.StartsWith(Note));
    }

    [Fact(DisplayName = "a fault in that row is placed in it; what follows it is inherited")]
    public void A_fault()
    {
        var tensors = new Dictionary<string, Tensor>(Prompt.Where(pair => pair.Key != "logits" && pair.Key != "next_token"));
        foreach (var key in OfTheEnd) { tensors[key] = Row(key); }
        var delta = Row("layers.2.embedding_delta");
        tensors["layers.2.embedding_delta"] = delta * 1.001;
        var results = Check(tensors).Results.Where(result => result.Verdict != Verdict.Ok).ToList();
        results.Single(result => result.IsFault).Name.Should().Be("layers.2.embedding_delta");
        results[0].Worst!.Worst[0].Should().Be(16, "the token is the last");
        results[0].Deciding.Distance.Should().BeApproximately(0.001, 1e-5, "the other rows do not count");
        results[0].Places.Single(place => place.Axis == "token").RelL2.Index().Where(at => at.Item > 0).Select(at => at.Index).Should().Equal(16);
    }

    /// <summary>The last token's row, with its axis.</summary>
    private static Tensor Row(string key)
    {
        var axis = Array.IndexOf(Prompt[key].shape, 17L);
        return Prompt[key].transpose(0, axis)[^1..].transpose(0, axis).contiguous();
    }
}
