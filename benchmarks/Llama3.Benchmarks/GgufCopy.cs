using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;
using Llama3.Verify.Copy;

namespace Llama3.Benchmarks;

/// <summary>Writes a checkpoint as a GGUF file, so that llama.cpp can be measured on the same weights.</summary>
internal static class GgufCopy
{
    /// <summary>Writes the whole file; its name appears when it is complete.</summary>
    /// <param name="folder">A checkpoint with Meta's tokenizer.model.</param>
    /// <param name="type">The type of the matrices, as of <c>llama3verify copy</c>: bf16, q8_0, ….</param>
    /// <param name="path">The file.</param>
    public static void Write(string folder, string type, string path)
    {
        var part = path + ".part";
        using (var checkpoint = Checkpoint.Open(folder))
        using (var tokenizer = File.OpenRead(Path.Combine(folder, "tokenizer.model")))
        using (var file = File.Create(part))
        {
            var vocabulary = TiktokenFile.Read(tokenizer, tokenizer.Name);
            GgufModel.Write(file, checkpoint, vocabulary, Path.GetFileNameWithoutExtension(path), GgufType.All.Single(known => known.Name == type));
        }
        File.Move(part, path, overwrite: true);
    }
}
