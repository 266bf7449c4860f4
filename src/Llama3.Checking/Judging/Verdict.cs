namespace Llama3.Checking.Judging;

/// <summary>Whether a port computes a step as it should, and if not, where the fault lies.</summary>
public enum Verdict
{
    /// <summary>The result agrees with the golden.</summary>
    Ok,

    /// <summary>The result is wrong, and not because its inputs are: the fault is in this step.</summary>
    WrongHere,

    /// <summary>The result is wrong, but it is what the reference makes of the port's inputs: the fault is in an earlier step.</summary>
    Inherited,

    /// <summary>The result is wrong, but steps before it are not dumped: the fault is in this step or in one of those.</summary>
    WrongBetween,

    /// <summary>The port dumped nothing for this step.</summary>
    NotDumped,
}
