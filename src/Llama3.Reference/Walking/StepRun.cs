namespace Llama3.Reference.Walking;

/// <summary>A computed step.</summary>
/// <param name="Result">What it computed.</param>
/// <param name="Inputs">What it read, in order.</param>
internal sealed record StepRun(StepResult Result, IReadOnlyList<Input> Inputs);

/// <summary>Something that a step read.</summary>
/// <param name="Name">The key of a result, or the name of a weight.</param>
/// <param name="Shape">The sizes of its dimensions; none if it could not be read.</param>
/// <param name="Step">The step whose result it is; null for a weight.</param>
/// <param name="Scope">The layer and head of that step.</param>
internal sealed record Input(string Name, IReadOnlyList<long> Shape, ArticleStep? Step, Scope Scope);
