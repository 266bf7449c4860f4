using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Judging;

/// <summary>An answer that no right port gives.</summary>
/// <param name="Answered">The task and the answer.</param>
/// <param name="Expected">What is right.</param>
internal sealed record WrongAnswer(AnsweredTask Answered, TextAnswer Expected);
