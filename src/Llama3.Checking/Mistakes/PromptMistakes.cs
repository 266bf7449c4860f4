using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes between the text and its embeddings.</summary>
internal static class PromptMistakes
{
    private const long BeginOfText = 128_000;
    private const long EndOfText = 128_001;

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("no_bos", "<|begin_of_text|> is missing in front of the prompt",
            fix: "put <|begin_of_text|> (128000) in front of the encoded prompt, once",
            see: ["abetlen/llama-cpp-python#1537", "huggingface/transformers#32172", "intel/neural-compressor#2209"],
            (tokens, v => v.right(tokens)[1..])),
        Mistake("bos_twice", "<|begin_of_text|> is in front of the prompt twice",
            fix: "let either the prompt's template or the tokenizer add <|begin_of_text|>, not both",
            see: ["abetlen/llama-cpp-python#1501", "InfiniTensor/InfiniLM#388", "princeton-pli/retaining-by-doing#5"],
            (tokens, v => torch.cat([torch.tensor([BeginOfText]), v.right(tokens)], 0))),
        Mistake("bos_128001", "<|end_of_text|> (128001) is in front of the prompt instead of <|begin_of_text|> (128000)",
            fix: "put 128000 in front of the prompt; 128001 ends a text",
            (tokens, v => torch.cat([torch.tensor([EndOfText]), v.right(tokens)[1..]], 0))),
        Mistake("eos_appended", "<|end_of_text|> (128001) is after the prompt",
            fix: "leave the prompt open at its end: the model is to continue it",
            (tokens, v => torch.cat([v.right(tokens), torch.tensor([EndOfText])], 0))),
        Mistake("prompt_trimmed", "the spaces at the end of the prompt are cut off",
            fix: "encode the prompt as it is; the article's ends with a space, which is a token of its own",
            (tokens, v => torch.tensor((long[])[BeginOfText, .. v.tokenizer.encode(v.prompt.TrimEnd())]))),
        Mistake("pieces_trimmed", "the spaces around a piece are cut off",
            fix: "decode each id on its own and keep the spaces of the piece",
            (prompt_split_as_tokens, v => v[tokens].ToInt64s().Select(id => v.tokenizer.decode([(int)id]).Trim()).ToArray())),
        Mistake("embedding_off_by_one", "each token gets the embedding of the next id",
            fix: "take row tokens[t] of tok_embeddings, counted from 0",
            (token_embeddings_unnormalized, v => v.weight("tok_embeddings").index_select(0, v[tokens] + 1))),
        Mistake("embed_scale", "the embeddings are multiplied by √dim, as Gemma does",
            fix: "use the rows of tok_embeddings as they are; Llama does not scale them",
            (token_embeddings_unnormalized, v => v.right(token_embeddings_unnormalized) * Math.Sqrt(v.config.dim))),
    ];
}
