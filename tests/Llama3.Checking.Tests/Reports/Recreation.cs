using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Reports;

/// <summary>A mistake, made by a port of our own that is otherwise right.</summary>
/// <param name="Model">The name of the model that the port runs.</param>
/// <param name="Usage">The name of what it runs it on.</param>
/// <param name="Change">Makes the mistake.</param>
internal sealed record Recreation(string Model, string Usage, Action<PlainLlama, PlainModel> Change)
{
    /// <summary>Whether queries and keys are in Hugging Face's order, and halves are paired.</summary>
    public bool Halves { get; init; }

    /// <summary>The names that the check must say; none if there is none for it.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Why it has no name; null if it has one.</summary>
    public string? Nameless { get; private init; }

    /// <summary>Why it cannot be seen; null if it is.</summary>
    public string? Unseen { get; private init; }

    public static Recreation On(string model, string usage, Action<PlainLlama> change) => new(model, usage, (port, _) => change(port));

    /// <summary>The same; these names are to be said, and no other.</summary>
    public Recreation Is(params string[] names) => this with { Names = names };

    /// <summary>The same; it is seen, and has no name.</summary>
    public Recreation HasNoName(string why) => this with { Nameless = why };

    /// <summary>The same; nothing need be said of it.</summary>
    public Recreation CannotBeSeen(string why) => this with { Unseen = why };

    /// <summary>What the check says.</summary>
    public PortReport Judge()
    {
        using var model = PlainModel.Named(Model);
        var port = model.Port(Halves);
        Change(port, model);
        return Reports.Usage.Named(Usage).Judge(port, model);
    }
}
