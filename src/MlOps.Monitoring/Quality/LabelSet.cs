using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Assigns indexes to class labels, so that numbers, texts and Boolean values that denote the same class have the same index.</summary>
/// <remarks>
/// Not thread-safe. If the model predicts numbers, a text such as <c>1.0</c> is the number 1. The texts <c>true</c> and <c>false</c> in any case are
/// <c>True</c> and <c>False</c>, and equal the labels <c>1</c> and <c>0</c>. The number of labels is bounded.
/// </remarks>
/// <param name="isNumeric">Whether the model predicts numbers.</param>
internal sealed class LabelSet(bool isNumeric)
{
    /// <summary>The maximum number of labels.</summary>
    public const int Capacity = 1_000;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<double, int> _numbers = [];

    /// <summary>Gets the labels by index.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Finds the index of a label, and adds the label if it is new.</summary>
    /// <returns>The index; -1 if there are too many labels.</returns>
    public int GetOrAdd(double number)
    {
        if (_numbers.TryGetValue(number, out var index))
        {
            return index;
        }

        index = GetOrAddName(number.ToString("R", CultureInfo.InvariantCulture));
        if (_numbers.Count < Capacity)
        {
            _numbers.Add(number, index);
        }

        return index;
    }

    /// <inheritdoc cref="GetOrAdd(double)"/>
    public int GetOrAdd(string text)
    {
        if (_texts.TryGetValue(text, out var index))
        {
            return index;
        }

        index = isNumeric && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? GetOrAdd(number)
            : GetOrAddName(bool.TryParse(text, out var flag) ? flag ? bool.TrueString : bool.FalseString : text);
        if (_texts.Count < 2 * Capacity)
        {
            _texts.TryAdd(text, index);
        }

        return index;
    }

    /// <summary>Finds the index of an outcome.</summary>
    /// <returns>The index; -1 if there are too many labels; -2 if the outcome is NaN, infinite or an empty text.</returns>
    public int GetOrAdd(ActualValue actual)
    {
        if (actual.Text is { } text)
        {
            return string.IsNullOrWhiteSpace(text) || (isNumeric && text.Equals("nan", StringComparison.OrdinalIgnoreCase)) ? -2 : GetOrAdd(text);
        }

        return double.IsFinite(actual.Number) && !RowBatch.IsMissing(actual.Number) ? GetOrAdd(actual.Number) : -2;
    }

    /// <summary>Finds a label without adding it.</summary>
    /// <returns>The index, or -1.</returns>
    public int Find(string name) => _names.IndexOf(name) is var index and >= 0 ? index : Alias(name) is { } alias ? _names.IndexOf(alias) : -1;

    private static string? Alias(string name) => name switch
    {
        "1" => bool.TrueString,
        "0" => bool.FalseString,
        "True" => "1",
        "False" => "0",
        _ => null,
    };

    private int GetOrAddName(string name)
    {
        var index = Find(name);
        if (index < 0 && _names.Count < Capacity)
        {
            index = _names.Count;
            _names.Add(name);
        }

        return index;
    }
}
