namespace MlOps.Validation;

/// <summary>A row was refused because of what it holds.</summary>
/// <remarks>The message names features and rules and none of the values, so that it may be logged; <see cref="Violations"/> has them.</remarks>
/// <param name="model">The name of the model.</param>
/// <param name="violations">All that was found in the row; at least one.</param>
public sealed class InvalidInputException(string model, IReadOnlyList<InputViolation> violations)
    : MlOpsException($"The input of the model '{model}' was refused: {string.Join("; ", violations)}. Send values that the schema allows, or change the schema or the policies under MlOps:Models.")
{
    /// <summary>Gets all that was found in the row.</summary>
    public IReadOnlyList<InputViolation> Violations { get; } = violations;
}
