namespace Llama3.Reference.Walking;

/// <summary>How often a step is computed, and with which axis its results are collected under <c>layers.{n}.</c></summary>
public enum Repeats
{
    /// <summary>Once for the whole model.</summary>
    Once,

    /// <summary>Once in every layer.</summary>
    PerLayer,

    /// <summary>In every layer for every query head; all heads together have a leading axis n_heads.</summary>
    PerQueryHead,

    /// <summary>In every layer for every key/value head; all heads together have a leading axis n_kv_heads.</summary>
    PerKeyValueHead,
}
