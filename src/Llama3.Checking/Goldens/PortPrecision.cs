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

    /// <summary>float32, but products with weights take their inputs as whole numbers of 8 bits, a block at a time, as llama.cpp does with quantised weights.</summary>
    q8,
}
