namespace Llama3.Reference.Steps;

/// <summary>Root-mean-square normalisation.</summary>
internal static class RmsNorm
{
    /// <summary>Scales every row to root-mean-square 1, then multiplies it by the learned weight.</summary>
    /// <param name="x">[T, dim].</param>
    /// <param name="weight">[dim].</param>
    /// <param name="norm_eps">1e-5 in Llama 3.</param>
    /// <returns>[T, dim] in the dtype of x.</returns>
    public static Tensor rms_norm(Tensor x, Tensor weight, double norm_eps) => normalize(x, norm_eps) * weight;

    /// <summary>Scales every row to root-mean-square 1: <c>x · rsqrt(mean(x²) + eps)</c>.</summary>
    /// <remarks>The eps stands inside the root; it keeps a row of zeros from dividing by zero.</remarks>
    /// <param name="x">[T, dim].</param>
    /// <param name="norm_eps">1e-5 in Llama 3.</param>
    /// <returns>[T, dim] in the dtype of x.</returns>
    public static Tensor normalize(Tensor x, double norm_eps) => x * torch.rsqrt(x.pow(2).mean([-1], keepdim: true) + norm_eps);
}
