using System.Globalization;
using Microsoft.Extensions.Options;

namespace MlOps.Monitoring.Quality;

/// <summary>Validates the settings of the quality metrics.</summary>
internal sealed class QualityOptionsValidator : IValidateOptions<QualityOptions>
{
    private const int MaxRows = 1_000_000;
    private const int MaxTopK = 1_000;
    private const int MaxSegments = 100;

    public ValidateOptionsResult Validate(string? name, QualityOptions options)
    {
        var faults = FindFaults($"MlOps:Models:{name}:Monitoring:Quality", options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Finds the faults of the settings.</summary>
    /// <param name="path">The path of the section, for the messages.</param>
    /// <param name="options">The settings.</param>
    /// <returns>The faults as sentences; empty if there are none.</returns>
    public static List<string> FindFaults(string path, QualityOptions options)
    {
        var faults = new List<string>();
        Require(options.Task is null || Enum.IsDefined(options.Task.Value), "Task", options.Task, $"one of {string.Join(", ", Enum.GetNames<QualityTask>())}");
        (string Name, string? Value)[] columns =
        [
            (nameof(options.Prediction), options.Prediction),
            (nameof(options.Score), options.Score),
            (nameof(options.Probability), options.Probability),
            (nameof(options.Label), options.Label),
            (nameof(options.Group), options.Group),
        ];
        foreach (var (setting, column) in columns)
        {
            Require(!string.IsNullOrWhiteSpace(column), setting, column, "the name of a column, or remove it to use the default");
        }

        Require(options.PositiveClass is not "", "PositiveClass", options.PositiveClass, "the name of a class, or remove it");
        RequireNames(options.Classes, nameof(options.Classes), "class");
        RequireNames(options.Segments, nameof(options.Segments), "column");
        Require(options.Classes.Count != 1, "Classes", string.Join(", ", options.Classes), "the names of all classes, at least two, or remove it");
        Require(
            options.Classes.Count == 0 || options.PositiveClass is null || options.Classes.Contains(options.PositiveClass),
            "PositiveClass",
            options.PositiveClass,
            $"one of the {nameof(options.Classes)}: {string.Join(", ", options.Classes)}{Suggest(options.PositiveClass ?? "", options.Classes)}");
        Require(options.Segments.Count <= MaxSegments, "Segments", $"a list of {options.Segments.Count} names", $"at most {MaxSegments} names");
        Require(options.MinimumRows is >= 2 and <= MaxRows, "MinimumRows", options.MinimumRows, $"2 to {MaxRows}");
        Require(options.TopK is >= 1 and <= MaxTopK, "TopK", options.TopK, $"1 to {MaxTopK}");
        if (options.SegmentMetric is { } metric)
        {
            var allowed = options.Task is { } task
                ? QualityMetrics.OfSegments(task, options.TopK)
                : [.. Enum.GetValues<QualityTask>().SelectMany(any => QualityMetrics.OfSegments(any, options.TopK))];
            Require(
                allowed.Contains(metric),
                "SegmentMetric",
                metric,
                $"one of {string.Join(", ", allowed)}{Suggest(metric, allowed)}");
        }

        return faults;

        static string Suggest(string name, IEnumerable<string> names) => NearestName.Find(name, names) is { } nearest ? $". Did you mean '{nearest}'?" : "";

        void RequireNames(IList<string> names, string setting, string item)
        {
            Require(!names.Any(string.IsNullOrWhiteSpace), setting, string.Join(", ", names), $"names without empty entries: remove the empty {item}");
            var twice = names.GroupBy(static each => each, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1)?.Key;
            Require(twice is null, setting, string.Join(", ", names), $"different names: remove one '{twice}'");
        }

        void Require(bool holds, string setting, object? value, string allowed)
        {
            if (!holds)
            {
                var end = allowed.EndsWith('?') ? "" : ".";
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path}:{setting} is '{value}'. Set it to {allowed}{end}"));
            }
        }
    }
}
