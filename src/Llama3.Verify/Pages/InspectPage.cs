using System.Globalization;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints what a checkpoint holds.</summary>
internal sealed class InspectPage(IAnsiConsole console)
{
    /// <summary>The model, its files and its tensors; then what is missing and what is not needed.</summary>
    public void Show(CheckpointInspection inspection)
    {
        Line($"[bold]{Escape(inspection.Place)}[/], as {Layout(inspection)}");
        if (inspection.Params is { } config) { Show(config); }
        foreach (var file in inspection.Files) { Line(Escape($"{file.Name}: {Number(file.Bytes)} bytes, {file.Tensors} tensors")); }
        if (inspection.Tensors.Count > 0)
        {
            console.WriteLine();
            console.Write(Table(inspection.Tensors));
        }
        ShowNames("missing", inspection.Missing);
        ShowNames("not needed", inspection.Superfluous);
    }

    private void Show(ModelParams config)
    {
        Line($"dim {config.dim}, {config.n_layers} layers, {config.n_heads} heads, "
            + $"{config.n_kv_heads} key/value heads in groups of {config.group_size}, head_dim {config.head_dim}, "
            + $"ffn_dim {config.ffn_dim}, vocabulary {config.vocab_size}; {Number(config.parameters)} parameters");
        Line(Escape(FormattableString.Invariant($"norm_eps {config.norm_eps}, rope_theta {config.rope_theta}, {Scaling(config.rope_scaling)}")
            + (config.tie_word_embeddings ? "; the output matrix is the embedding table" : "")
            + (config.attention_bias ? "; biases in attention" : "") + (config.mlp_bias ? "; biases in the feed-forward" : "")));
    }

    private static string Scaling(RopeScaling? scaling) => scaling switch
    {
        null => "not scaled",
        Llama3RopeScaling llama3 => FormattableString.Invariant($"scaled by {llama3.factor} (low {llama3.low_freq_factor}, ")
            + FormattableString.Invariant($"high {llama3.high_freq_factor}, context {llama3.original_max_position_embeddings})"),
        DividedRopeScaling divided => FormattableString.Invariant($"pairs slowed down by 1 to {divided.factor} ({GgufNames.RopeFreqs}; not Llama 3.1's formula)"),
        _ => FormattableString.Invariant($"scaled by {scaling.factor} ({scaling.rope_type})"),
    };

    /// <summary>The last column has the names in the files, if they are not Meta's.</summary>
    private static Table Table(IReadOnlyList<InspectedTensor> tensors)
    {
        var table = new Table { Border = TableBorder.None };
        string[] headings = ["tensor", "shape", "dtype", "bytes", "file", "name in the file"];
        var columns = tensors.Any(tensor => tensor.StoredName != tensor.Name) ? headings.Length : headings.Length - 1;
        foreach (var heading in headings[..columns])
        {
            table.AddColumn(new TableColumn(heading) { Padding = new Spectre.Console.Padding(0, 0, heading == headings[columns - 1] ? 0 : 2, 0) });
        }
        table.Columns[3].Alignment = Justify.Right;
        foreach (var tensor in tensors) { table.AddRow([.. Cells(tensor)[..columns].Select(Escape)]); }
        return table;
    }

    private static string[] Cells(InspectedTensor tensor) =>
    [
        tensor.Name,
        Printable.Shape(tensor.Shape),
        tensor.Dtype,
        Number(tensor.Bytes),
        tensor.Files.Count == 1 ? tensor.Files[0] : $"{tensor.Files[0]} … {tensor.Files[^1]}",
        tensor.StoredName == tensor.Name ? "" : tensor.StoredName,
    ];

    private void ShowNames(string title, IReadOnlyList<string> names)
    {
        if (names.Count == 0) { return; }
        console.WriteLine();
        Line($"[bold]{title}[/]");
        foreach (var name in names) { Line($"   {Escape(name)}"); }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private void Line(string markup) => console.MarkupLine(markup);

    /// <summary>Names come from files.</summary>
    private static string Escape(string text) => Markup.Escape(string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)));

    private static string Layout(CheckpointInspection inspection) =>
        inspection.Layout == "gguf" ? "llama.cpp reads models (GGUF)"
        : inspection.Layout == "hf" ? "Hugging Face distributes models"
        : inspection.Files.Any(file => file.Name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) ? "llama3verify copy writes models, with Meta's names"
        : "Meta distributes models";
}
