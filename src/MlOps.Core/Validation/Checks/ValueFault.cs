namespace MlOps.Validation;

/// <summary>A fault of a value.</summary>
/// <param name="Rule">The violated rule.</param>
/// <param name="Describe">Formats the fault. Of many invalid values, only the first is formatted.</param>
internal sealed record ValueFault<T>(InputRule Rule, Func<ValueFaultText> Describe)
{
    /// <summary>Gets a value indicating whether <see cref="Nearest"/> can replace the value.</summary>
    public bool CanClamp { get; init; }

    public T? Nearest { get; init; }
}
