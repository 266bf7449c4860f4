namespace Llama3.Checking.Texts.Tasks;

/// <summary>In which order scores become probabilities: a cut that is made before the temperature keeps other tokens than one after it.</summary>
internal enum SamplingOrder
{
    /// <summary>As transformers and Meta do it: temperature, top-k, top-p, min-p. Meta has no top-k and no min-p.</summary>
    TemperatureFirst,

    /// <summary>As llama.cpp does it: top-k, top-p, min-p, temperature.</summary>
    TemperatureLast,
}
