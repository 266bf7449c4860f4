namespace Llama3.Checking.Goldens;

/// <summary>The dtype that a port computes in, spelled as on the command line. It decides how near the goldens a port must come.</summary>
public enum PortPrecision
{
    /// <summary>float32, or better.</summary>
    fp32,

    /// <summary>bfloat16, at least between the steps.</summary>
    bf16,

    /// <summary>float16, at least between the steps.</summary>
    fp16,
}
