namespace MlOps.Validation;

/// <summary>A row after validation.</summary>
/// <typeparam name="TInput">The type of a row.</typeparam>
/// <param name="input">The row to use.</param>
/// <param name="violations">What was found; empty if nothing.</param>
/// <param name="isRejected">Whether the row must not be used.</param>
public readonly struct ValidatedInput<TInput>(TInput input, IReadOnlyList<InputViolation> violations, bool isRejected)
    where TInput : class
{
    /// <summary>Gets the row to use: the caller's own, or a copy of it in which values were clamped or imputed.</summary>
    public TInput Input { get; } = input;

    /// <summary>Gets all that was found in the row, whatever the policies; empty if nothing.</summary>
    public IReadOnlyList<InputViolation> Violations { get; } = violations;

    /// <summary>Gets a value indicating whether the row must not be used.</summary>
    public bool IsRejected { get; } = isRejected;
}
