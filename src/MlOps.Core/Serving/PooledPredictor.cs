using System.Diagnostics.CodeAnalysis;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A predictor with its buffers, validator and identifier generator. One thread uses it at a time.</summary>
internal sealed class PooledPredictor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput, TOutput>(
    LocalVersion version,
    IPredictor<TInput, TOutput>? predictor,
    InputValidator<TInput> validator,
    ProcessorPredictor<TInput, TOutput>? processorPredictor,
    Action<IReadOnlyList<InputViolation>> countViolations,
    RowObservers<TInput, TOutput>? observers) : IDisposable
    where TInput : class
    where TOutput : class
{
    /// <summary>The value of <see cref="Slot"/> if the predictor has no slot.</summary>
    public const int NoSlot = -1;

    private TInput[] _valid = [];
    private TOutput[] _outputs = [];
    private PredictionIds _ids = new();
    private int _isRented = 1; // rented by the creating thread

    public InputValidator<TInput> Validator => validator;

    /// <summary>Gets or sets the slot of the predictor. Only the renting thread accesses this property.</summary>
    public int Slot { get; set; } = NoSlot;

    /// <summary>Rents the predictor if it is idle.</summary>
    public bool TryRent() => Volatile.Read(ref _isRented) == 0 && Interlocked.CompareExchange(ref _isRented, 1, 0) == 0;

    public void Return() => Volatile.Write(ref _isRented, 0);

    /// <summary>Predicts a row.</summary>
    /// <exception cref="InvalidInputException">The row was rejected.</exception>
    public Prediction<TOutput> Predict(TInput input, TOutput output)
    {
        if (observers is null)
        {
            var unobserved = PredictOrReject(input, output);
            return unobserved.IsRejected ? throw new InvalidInputException(version.Model, unobserved.Violations) : unobserved;
        }

        var started = observers.Start();
        var prediction = PredictOrReject(input, output);
        observers.Observe(input, in prediction, started);
        return prediction.IsRejected ? throw new InvalidInputException(version.Model, prediction.Violations) : prediction;
    }

    /// <summary>Predicts the valid rows together, and marks the others as rejected.</summary>
    public void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, Span<Prediction<TOutput>> predictions)
    {
        if (observers is null)
        {
            PredictOrReject(inputs, outputs, predictions);
            return;
        }

        var started = observers.Start();
        PredictOrReject(inputs, outputs, predictions);
        observers.Observe(inputs, predictions, started);
    }

    private void PredictOrReject(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, Span<Prediction<TOutput>> predictions)
    {
        if (predictor is null)
        {
            for (var row = 0; row < inputs.Length; row++)
            {
                predictions[row] = PredictProcessed(inputs[row], outputs[row]);
            }

            return;
        }

        if (_valid.Length < inputs.Length)
        {
            _valid = new TInput[inputs.Length];
            _outputs = new TOutput[inputs.Length];
        }

        var count = 0;
        try
        {
            for (var row = 0; row < inputs.Length; row++)
            {
                var validated = validator.Validate(inputs[row]);
                var violations = validated.Violations;
                if (!IsNone(violations))
                {
                    countViolations(violations);
                    violations = validated.IsRejected ? violations : LoadedVersion.ToWarnings(violations);
                }

                predictions[row] = new Prediction<TOutput>(validated.IsRejected ? null : outputs[row], version, _ids.Next(), violations);
                if (!validated.IsRejected)
                {
                    (_valid[count], _outputs[count]) = (validated.Input, outputs[row]);
                    count++;
                }
            }

            predictor.Predict(_valid.AsSpan(0, count), _outputs.AsSpan(0, count));
        }
        finally
        {
            // An idle predictor must not keep the rows of a caller alive.
            _valid.AsSpan(0, count).Clear();
            _outputs.AsSpan(0, count).Clear();
        }
    }

    /// <summary>Predicts a row without validation, for the warm-up.</summary>
    public void WarmUp(TInput input, TOutput output) => predictor?.Predict(input, output);

    public void Dispose()
    {
        observers?.Dispose();
        predictor?.Dispose();
    }

    /// <summary>
    /// Determines whether there are no violations. Checks the array type, because an interface call on an array dominates the cost of a prediction.
    /// </summary>
    private static bool IsNone(IReadOnlyList<InputViolation> violations) => violations is InputViolation[] { Length: 0 };

    private Prediction<TOutput> PredictOrReject(TInput input, TOutput output)
    {
        if (predictor is null)
        {
            return PredictProcessed(input, output);
        }

        var validated = validator.Validate(input);
        var violations = validated.Violations;
        if (!IsNone(violations))
        {
            countViolations(violations);
            if (validated.IsRejected)
            {
                return new Prediction<TOutput>(output: null, version, _ids.Next(), violations);
            }

            violations = LoadedVersion.ToWarnings(violations);
        }

        predictor.Predict(validated.Input, output);
        return new Prediction<TOutput>(output, version, _ids.Next(), violations);
    }

    private Prediction<TOutput> PredictProcessed(TInput input, TOutput output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var (violations, isRejected) = processorPredictor!.Predict(input, output);
        if (violations.Count > 0)
        {
            countViolations(violations);
        }

        return new Prediction<TOutput>(isRejected ? null : output, version, _ids.Next(), isRejected ? violations : LoadedVersion.ToWarnings(violations));
    }
}
