namespace Llama3.Reference.Walking;

/// <summary>The chapter that a step belongs to.</summary>
public enum Chapter
{
    /// <summary>The article's own steps and finer points, all tokens at once.</summary>
    Article,

    /// <summary>New tokens after those that a cache keeps.</summary>
    Cache,
}
