using Spectre.Console;

namespace Llama3.Verify.Printing.Pictures;

/// <summary>How much room there is for a picture.</summary>
/// <param name="Width">Of the terminal, in columns.</param>
/// <param name="MostRows">How many rows of cells.</param>
/// <param name="Colours">Which colours the terminal shows.</param>
/// <param name="MayGrow">Whether each number may take two rows and two columns, if there is room.</param>
internal sealed record Frame(int Width, int MostRows, ColorSystem Colours, bool MayGrow)
{
    /// <summary>Sixteen colours would not tell numbers apart.</summary>
    public bool HasColours => Colours >= ColorSystem.EightBit;
}
