namespace MlOps.Validation;

/// <summary>The exception that is thrown if the input schema of a model rejects a row.</summary>
/// <remarks>The message can be logged: it names features and rules, but contains no values. <see cref="Violations"/> contains the values.</remarks>
/// <param name="model">The name of the model.</param>
/// <param name="violations">The violations in the row.</param>
public sealed class InvalidInputException(string model, IReadOnlyList<InputViolation> violations)
    : MlOpsException(
        $"The input of the model '{model}' was rejected: {string.Join("; ", violations)}. "
        + "Send values that the schema allows, or change the schema or the policies in the section MlOps:Models.")
{
    /// <summary>Gets the violations in the row.</summary>
    public IReadOnlyList<InputViolation> Violations { get; } = violations;
}
