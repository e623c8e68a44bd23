namespace MlOps.Monitoring.Predictions;

/// <summary>The actual outcome of a prediction.</summary>
/// <remarks>Immutable and thread-safe. If a prediction has several outcomes, the outcome with the latest <see cref="Time"/> counts.</remarks>
public readonly record struct Outcome
{
    /// <summary>Initializes a new instance of the <see cref="Outcome"/> struct with a number, such as a price.</summary>
    /// <param name="predictionId">The identifier of the prediction.</param>
    /// <param name="actual">The actual number, which is finite.</param>
    /// <exception cref="ArgumentException">The number is NaN or infinite.</exception>
    public Outcome(Guid predictionId, double actual)
    {
        if (!double.IsFinite(actual))
        {
            throw new ArgumentException(
                $"The outcome of the prediction '{predictionId}' is {actual}, which is not a finite number. Omit the outcome until it is known.",
                nameof(actual));
        }

        (PredictionId, Number) = (predictionId, actual);
    }

    /// <summary>Initializes a new instance of the <see cref="Outcome"/> struct with a text, such as a class.</summary>
    /// <param name="predictionId">The identifier of the prediction.</param>
    /// <param name="actual">The actual text, such as the name of a class.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public Outcome(Guid predictionId, string actual)
    {
        ArgumentException.ThrowIfNullOrEmpty(actual);
        (PredictionId, Text) = (predictionId, actual);
    }

    /// <summary>Gets the identifier of the prediction.</summary>
    public Guid PredictionId { get; }

    /// <summary>Gets the actual number; <see langword="null"/> if the outcome is a text.</summary>
    public double? Number { get; }

    /// <summary>Gets the actual text; <see langword="null"/> if the outcome is a number.</summary>
    public string? Text { get; }

    /// <summary>Gets the time of the outcome. The outcome with the latest time counts.</summary>
    /// <value>The default, <see langword="null"/>, is the time of the recording.</value>
    public DateTimeOffset? Time { get; init; }
}
