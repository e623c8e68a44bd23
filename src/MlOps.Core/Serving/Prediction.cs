using System.Diagnostics.CodeAnalysis;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>The output of a prediction, and the version that computed it.</summary>
/// <typeparam name="TOutput">The type of the output.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types",
    Justification = "Predictions are identified by Id and are not compared by value.")]
public readonly struct Prediction<TOutput>
    where TOutput : class
{
    private readonly TOutput? _output;

    /// <summary>Initializes a new instance of the <see cref="Prediction{TOutput}"/> struct. Use it in tests of code that consumes predictions.</summary>
    /// <param name="output">The output; <see langword="null"/> if the row was rejected.</param>
    /// <param name="version">The version that computed the output.</param>
    /// <param name="id">The identifier of the prediction.</param>
    /// <param name="violations">All violations of a rejected row, or the warnings of an accepted row.</param>
    public Prediction(TOutput? output, LocalVersion version, Guid id, IReadOnlyList<InputViolation> violations)
    {
        _output = output;
        Version = version;
        Id = id;
        Violations = violations;
    }

    /// <summary>Gets the output.</summary>
    /// <exception cref="InvalidInputException">The row was rejected.</exception>
    public TOutput Output => _output ?? throw new InvalidInputException(Version.Model, Violations);

    /// <summary>Gets a value indicating whether the row was rejected. Only methods that predict many rows return rejected predictions.</summary>
    public bool IsRejected => _output is null;

    /// <summary>Gets the version that computed the output, with its verified files.</summary>
    public LocalVersion Version { get; }

    /// <summary>Gets the unique identifier of the prediction, to join it later with the actual outcome. Do not use it as a secret: it is predictable.</summary>
    public Guid Id { get; }

    /// <summary>Gets the violations of the row: clamped values, imputed values and warnings of an accepted row, or all violations of a rejected row.</summary>
    public IReadOnlyList<InputViolation> Violations { get; }
}
