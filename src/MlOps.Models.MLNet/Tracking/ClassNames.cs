using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Tracking;

/// <summary>Finds the names of the classes that a classifier tells apart.</summary>
internal static class ClassNames
{
    private const int LongestInMetric = 100;
    private static readonly MethodInfo s_read = typeof(ClassNames).GetMethod(nameof(Read), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Gets the names from the scores' slots, or else from the values of the label's keys, or else their numbers from 0.</summary>
    public static IReadOnlyList<string> Find(IDataView? scored, EvaluationOptions options, int count)
    {
        var names = scored is null ? null : FindSlots(scored, options.ScoreColumn) ?? FindKeys(scored, options.LabelColumn);
        return names?.Length == count ? names : [.. Enumerable.Range(0, count).Select(static index => index.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Makes names that metrics can have; if that makes two alike, all are numbers.</summary>
    public static IReadOnlyList<string> ForMetrics(IReadOnlyList<string> classes)
    {
        string[] names = [.. classes.Select(static name => string.Concat(name.Take(LongestInMetric).Select(static letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '_' : letter)))];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length && !Array.Exists(names, string.IsNullOrWhiteSpace)
            ? names
            : [.. names.Select(static (_, index) => index.ToString(CultureInfo.InvariantCulture))];
    }

    private static string[]? FindSlots(IDataView scored, string column) =>
        scored.Schema.GetColumnOrNull(column) is { } scores ? new ModelColumn(scores).FindTexts("SlotNames") : null;

    private static string[]? FindKeys(IDataView scored, string column) =>
        scored.Schema.GetColumnOrNull(column) is { } label && label.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType type
            ? (string[])s_read.MakeGenericMethod(type.ItemType.RawType).Invoke(null, [label])!
            : null;

    private static string[] Read<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(static value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
