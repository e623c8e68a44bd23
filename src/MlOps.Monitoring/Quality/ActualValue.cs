using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>The outcome of a prediction: a number, a text, or none.</summary>
/// <remarks>Immutable and thread-safe. The default value is no outcome.</remarks>
internal readonly struct ActualValue
{
    private readonly double _number;
    private readonly bool _isNumber;

    private ActualValue(double number) => (_number, _isNumber) = (number, true);

    private ActualValue(string text) => Text = text;

    /// <summary>Gets the text, or <see langword="null"/> if the outcome is a number or missing.</summary>
    public string? Text { get; }

    /// <summary>Gets the number, or <see cref="RowBatch.Missing"/> if the outcome is a text or missing.</summary>
    public double Number => _isNumber ? _number : RowBatch.Missing;

    /// <summary>Gets a value indicating whether there is no outcome.</summary>
    public bool IsNone => !_isNumber && Text is null;

    /// <summary>Creates an outcome from a number; <see cref="RowBatch.Missing"/> is no outcome.</summary>
    public static ActualValue From(double number) => RowBatch.IsMissing(number) ? default : new(number);

    /// <summary>Creates an outcome from a text; <see langword="null"/> is no outcome.</summary>
    public static ActualValue From(string? text) => text is null ? default : new(text);
}
