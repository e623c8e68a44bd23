namespace MlOps.Validation;

/// <summary>What is wrong with a value.</summary>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="Describe">Makes the texts, which are needed for the first of many values only.</param>
internal sealed record ValueFault<T>(InputRule Rule, Func<ValueFaultText> Describe)
{
    /// <summary>Gets a value indicating whether <see cref="Nearest"/> is allowed in place of the value.</summary>
    public bool CanClamp { get; init; }

    public T? Nearest { get; init; }
}
