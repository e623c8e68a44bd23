namespace MlOps.Validation;

/// <summary>What is wrong with a value.</summary>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="Expected">What is allowed.</param>
/// <param name="Found">What was there.</param>
/// <param name="Remedy">What to change in the schema, after <c>Mend the sender, or</c>.</param>
internal sealed record ValueFault<T>(InputRule Rule, string Expected, string Found, string Remedy)
{
    /// <summary>Gets a value indicating whether <see cref="Nearest"/> is allowed in place of the value.</summary>
    public bool CanClamp { get; init; }

    public T? Nearest { get; init; }
}
