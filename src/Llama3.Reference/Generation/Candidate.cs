namespace Llama3.Reference.Generation;

/// <summary>A token that may come next.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Probability">How likely it is; those of all candidates add up to 1.</param>
internal readonly record struct Candidate(int Token, double Probability);
