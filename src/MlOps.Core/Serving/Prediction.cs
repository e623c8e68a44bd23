using System.Diagnostics.CodeAnalysis;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>The answer of a model, and the version that gave it.</summary>
/// <typeparam name="TOutput">The type of the answer.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types",
    Justification = "Predictions are not compared. Each has an identifier.")]
public readonly struct Prediction<TOutput>
    where TOutput : class
{
    private readonly TOutput? _output;

    /// <summary>Initializes a prediction; models do, and tests of what uses them.</summary>
    /// <param name="output">The answer; <see langword="null"/> if the row was refused.</param>
    /// <param name="version">The version that answered.</param>
    /// <param name="id">An identifier of this prediction.</param>
    /// <param name="violations">What was wrong with the row, if anything: all of it if it was refused, and else what the caller should know.</param>
    public Prediction(TOutput? output, LocalVersion version, Guid id, IReadOnlyList<InputViolation> violations)
    {
        _output = output;
        Version = version;
        Id = id;
        Violations = violations;
    }

    /// <summary>Gets the answer.</summary>
    /// <exception cref="InvalidInputException">The row was refused.</exception>
    public TOutput Output => _output ?? throw new InvalidInputException(Version.Model, Violations);

    /// <summary>Gets a value indicating whether the row was refused; only predictions of many rows can be.</summary>
    public bool IsRejected => _output is null;

    /// <summary>Gets the version that answered, with its verified files.</summary>
    public LocalVersion Version { get; }

    /// <summary>Gets an identifier of this prediction, to join it later with what really happened. Unique, though not unpredictable.</summary>
    public Guid Id { get; }

    /// <summary>Gets the violations of the row: those that were clamped, imputed or are warnings, and of a refused row all. Empty if there are none.</summary>
    public IReadOnlyList<InputViolation> Violations { get; }
}
