using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Tracking;

/// <summary>Finds the names of the classes of a classifier.</summary>
internal static class ClassNames
{
    private const int LongestInMetric = 100;
    private static readonly MethodInfo s_read = typeof(ClassNames).GetMethod(nameof(Read), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Gets the names from the slot names of the score column, or else from the key values of the label column, or else numbers from 0.</summary>
    public static IReadOnlyList<string> Find(IDataView? scored, EvaluationOptions options, int count)
    {
        var names = scored is null ? null : FindSlots(scored, options.ScoreColumn) ?? FindKeys(scored, options.LabelColumn);
        return names?.Length == count ? names : [.. Enumerable.Range(0, count).Select(static index => index.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Converts the names to valid parts of metric names. If the results are not unique, all classes are numbered.</summary>
    public static IReadOnlyList<string> ForMetrics(IReadOnlyList<string> classes)
    {
        string[] names = [.. classes.Select(static name => string.Concat(name.Take(LongestInMetric).Select(ToMetricLetter)))];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length && !Array.Exists(names, string.IsNullOrWhiteSpace)
            ? names
            : [.. names.Select(static (_, index) => index.ToString(CultureInfo.InvariantCulture))];
    }

    private static char ToMetricLetter(char letter) => char.IsControl(letter) || char.IsSurrogate(letter) ? '_' : letter;

    private static string[]? FindSlots(IDataView scored, string column) =>
        scored.Schema.GetColumnOrNull(column) is { } scores ? new ModelColumn(scores).FindTexts("SlotNames") : null;

    private static string[]? FindKeys(IDataView scored, string column) => scored.Schema.GetColumnOrNull(column) is { } label ? FindKeys(label) : null;

    /// <summary>Gets the values of the keys of a column as texts, or <see langword="null"/> if it has none.</summary>
    public static string[]? FindKeys(DataViewSchema.Column label) =>
        label.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType type
            ? (string[])s_read.MakeGenericMethod(type.ItemType.RawType).Invoke(null, [label])!
            : null;

    private static string[] Read<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(static value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
