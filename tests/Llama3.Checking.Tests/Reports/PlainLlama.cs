namespace Llama3.Checking.Tests.Reports;

/// <summary>
/// A Llama as a port would write it, in arrays: with a cache, batches, chunks and several conversations. It shares nothing with the reference and
/// with the catalogue. It dumps what every port must.
/// </summary>
internal sealed partial class PlainLlama
{
    private readonly List<PlainRow> _rows = [];
    private readonly PlainDump _dump = new();
    private string _prefix = "";
    private int _run = -1, _pass;
    private float[] _frequencies = [];

    /// <summary>A port that is right.</summary>
    /// <param name="config">The config; belongs to the port.</param>
    /// <param name="weights">The weights by Meta's names; the dictionary belongs to the port, the arrays do not.</param>
    /// <param name="halves">Whether queries and keys are in Hugging Face's order, and pairs in the halves of a head.</param>
    public PlainLlama(PlainConfig config, Dictionary<string, float[]> weights, bool halves)
    {
        (Config, Weights, Halves) = (config, weights, halves);
        Turn = (_, slot, row) => PlainRope.Turned(row, Table(_frequencies, slot.Position), Halves);
        Norm = (row, weight) => PlainMath.Norm(row, weight, Config.Eps);
        KvHead = head => head / (Config.Heads / Config.KvHeads);
    }

    public PlainConfig Config { get; }

    public Dictionary<string, float[]> Weights { get; }

    public bool Halves { get; set; }

    /// <summary>Whether rows have padding: the dump then says which slots have tokens.</summary>
    public bool IsPadded { get; set; }

    /// <summary>How many tokens a prompt has that comes in chunks.</summary>
    public int Announced { get; set; }

    /// <summary>What has been dumped.</summary>
    public Dictionary<string, Tensor> Dump => _dump.Tensors(_rows.Count > 1 || IsPadded);

    /// <summary>Another conversation: a prompt for each row.</summary>
    /// <param name="rows">The new ids of each row; null for padding.</param>
    /// <param name="kept">How many tokens of the conversation before are kept.</param>
    public void Prompt(IReadOnlyList<long?[]> rows, int kept = 0)
    {
        (_run, _pass) = (_run + 1, 0);
        _prefix = _run == 0 ? "" : $"run.{_run}.";
        _frequencies = Frequencies(Config);
        if (kept > 0) { _dump.Add($"{_prefix}kept", new[] { (long)kept }); }
        if (_run == 0) { _rows.AddRange(rows.Select((_, number) => new PlainRow(number))); }
        foreach (var row in _rows.Where(row => Kept(row, kept) < row.Slots.Count)) { row.Slots.RemoveRange(Kept(row, kept), row.Slots.Count - Kept(row, kept)); }
        Run(_prefix, [.. rows.Select(row => row.Contains(null) ? row : [.. Tokens([.. row.Select(id => id!.Value)]).Select(id => (long?)id)])], isPrompt: true);
    }

    /// <summary>More tokens of each row; null for padding.</summary>
    public void Pass(IReadOnlyList<long?[]> rows) => Run($"{_prefix}decode.{_pass++}.", rows, isPrompt: false);

    /// <summary>Queries and keys of one head at positions of their own.</summary>
    public void Rotate((long[] Positions, Tensor Queries, Tensor Keys) fed)
    {
        _frequencies = Frequencies(Config);
        foreach (var (name, tensor) in (ReadOnlySpan<(string, Tensor)>)[("q_per_token", fed.Queries), ("k_per_token", fed.Keys)])
        {
            var row = new PlainRow(0);
            row.Slots.AddRange(fed.Positions.Select(position => new PlainSlot(0, true, 0, 0) { Position = position }));
            float[][] numbers = [.. tensor.ToSingles().Chunk(Config.HeadDim)];
            _dump.AddRows(name, numbers);
            _dump.AddRows($"{name}_rotated", Each(row.Slots.Zip(numbers, (slot, one) => Turn(new(row, 0, true), slot, one))));
        }
    }

    private void Run(string prefix, IReadOnlyList<long?[]> rows, bool isPrompt)
    {
        foreach (var (row, ids) in _rows.Zip(rows))
        {
            var pass = new PlainPass(row, row.Slots.Count, isPrompt);
            row.Slots.AddRange(ids.Select(id => new PlainSlot(id ?? 0, id is not null, _run, Config.Layers)));
            foreach (var (slot, at) in pass.New.Select((slot, at) => (slot, pass.First + at))) { slot.Position = Position(pass, at); }
            _dump.Add($"{prefix}tokens", pass.New.Select(slot => slot.Id).ToArray(), pass.Count);
            if (IsPadded) { _dump.Add($"{prefix}attention_mask", pass.New.Select(slot => slot.IsToken ? 1L : 0).ToArray(), pass.Count); }
            Forward(prefix, pass);
        }
    }

    private void Forward(string prefix, PlainPass pass)
    {
        var x = Each(pass.New.Select(slot => Weights["tok_embeddings.weight"].AsSpan((int)slot.Id * Config.Dim, Config.Dim).ToArray()));
        _dump.AddRows($"{prefix}token_embeddings_unnormalized", x);
        for (var layer = 0; layer < Config.Layers; layer++) { x = Layer($"{prefix}layers.{layer}.", pass, layer, x); }
        x = Normed($"{prefix}final_embedding_normalized", x, "norm");
        var logits = Array.ConvertAll(PlainMath.Times(Input(x[Last(pass)]), Weights[Config.Tied ? "tok_embeddings.weight" : "output.weight"]), number => Round(number));
        _dump.Add($"{prefix}logits", logits, logits.Length);
        _dump.Add($"{prefix}next_token", new[] { (long)PlainMath.Largest(logits) });
    }

    private float[][] Layer(string at, PlainPass pass, int layer, float[][] x)
    {
        var normed = Normed($"{at}token_embeddings", x, $"layers.{layer}.attention_norm");
        var (queries, keys) = (Turned($"{at}q_per_token", pass, Times(normed, layer, "attention.wq")), Turned($"{at}k_per_token", pass, Times(normed, layer, "attention.wk")));
        var values = Times(normed, layer, "attention.wv");
        _dump.AddHeads($"{at}v_per_token", values, Config.HeadDim);
        foreach (var (slot, i) in pass.New.Select((slot, i) => (slot, i))) { (slot.Keys[layer], slot.Values[layer]) = (Keep(keys[i]), Keep(values[i])); }
        var attended = Each(queries.Select((query, i) => Attended(pass, Attention(pass, layer, query, pass.First + i))));
        _dump.AddRows($"{at}stacked_qkv_attention", attended);
        var delta = Times(attended, layer, "attention.wo");
        _dump.AddRows($"{at}embedding_delta", delta);
        x = Each(x.Select((row, i) => PlainMath.Sum(Residual(layer, row, normed[i]), delta[i])));
        _dump.AddRows($"{at}embedding_after_edit", x);
        var result = FeedForward(pass, layer, Normed($"{at}embedding_after_edit_normalized", x, $"layers.{layer}.ffn_norm"));
        _dump.AddRows($"{at}output_after_feedforward", result);
        x = Each(x.Zip(result, PlainMath.Sum));
        _dump.AddRows($"{at}layer_0_embedding", x);
        return x;
    }

    private float[] Attention(PlainPass pass, int layer, float[] query, int at)
    {
        var (size, slots, result) = (Config.HeadDim, Read(pass), new double[query.Length]);
        for (var head = 0; head < Config.Heads; head++)
        {
            var shared = KvHead(head) * size;
            var weights = PlainMath.Softmax([.. slots.Select((slot, key) => Sees(pass, at, key)
                ? (float?)(PlainMath.Dot(query.AsSpan(head * size, size), slot.Keys[layer].AsSpan(shared, size)) / Math.Sqrt(size))
                : null)]);
            foreach (var (slot, weight) in slots.Zip(weights).Where(seen => seen.Second != 0))
            {
                for (var i = 0; i < size; i++) { result[(head * size) + i] += (double)weight * slot.Values[layer]![shared + i]; }
            }
        }
        return Array.ConvertAll(result, number => (float)number);
    }

    private float[][] FeedForward(PlainPass pass, int layer, float[][] x)
    {
        var (gate, up) = (Times(x, layer, "feed_forward.w1"), Times(x, layer, "feed_forward.w3"));
        return Times(Each(gate.Zip(up, (one, other) => one.Zip(other, (g, u) => Gated(pass, g, u)).ToArray())), layer, "feed_forward.w2");
    }

    private float[][] Normed(string name, float[][] x, string weight)
    {
        var normed = Each(x.Select(row => Norm(row, Weights[$"{weight}.weight"])));
        _dump.AddRows(name, normed);
        return normed;
    }

    private float[][] Turned(string name, PlainPass pass, float[][] x)
    {
        var turned = Each(pass.New.Zip(x, (slot, row) => Turn(pass, slot, row)));
        _dump.AddHeads(name, x, Config.HeadDim);
        _dump.AddHeads($"{name}_rotated", turned, Config.HeadDim);
        return turned;
    }

    private float[][] Times(float[][] x, int layer, string weight) => Each(x.Select(row => PlainMath.Times(Input(row), Weights[$"layers.{layer}.{weight}.weight"])));

    private float[][] Each(IEnumerable<float[]> rows) => [.. rows.Select(row => Array.ConvertAll(row, number => Round(number)))];
}
