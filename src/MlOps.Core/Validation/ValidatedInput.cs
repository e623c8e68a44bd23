namespace MlOps.Validation;

/// <summary>The result of the validation of a row.</summary>
/// <typeparam name="TInput">The type of a row.</typeparam>
public readonly struct ValidatedInput<TInput>
    where TInput : class
{
    internal ValidatedInput(TInput input, IReadOnlyList<InputViolation> violations, bool isRejected)
    {
        Input = input;
        Violations = violations;
        IsRejected = isRejected;
    }

    /// <summary>Gets the row to use: the row of the caller, or a copy in which values were clamped or imputed.</summary>
    public TInput Input { get; }

    /// <summary>Gets the violations under all policies.</summary>
    public IReadOnlyList<InputViolation> Violations { get; }

    /// <summary>Gets a value indicating whether the row must not be used.</summary>
    public bool IsRejected { get; }
}
