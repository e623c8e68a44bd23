using System.Globalization;

namespace MlOps.Monitoring.Quality;

/// <summary>Counts the faults of rows, and formats one warning for each kind.</summary>
/// <remarks>Not thread-safe. The memory is bounded by the number of kinds.</remarks>
internal sealed class QualityFaults
{
    private readonly Dictionary<string, (long Count, string Example)> _faults = [];

    /// <summary>Counts a fault.</summary>
    /// <param name="format">The warning, with <c>{0}</c> for the number of rows and <c>{1}</c> for the first value.</param>
    /// <param name="example">The value.</param>
    /// <param name="rows">The number of rows.</param>
    public void Count(string format, string example = "", long rows = 1) =>
        _faults[format] = _faults.TryGetValue(format, out var fault) ? (fault.Count + rows, fault.Example) : (rows, example);

    /// <summary>Formats the warnings in the order of their first faults.</summary>
    public IEnumerable<string> Format() =>
        _faults.Select(static fault => string.Format(CultureInfo.InvariantCulture, fault.Key, fault.Value.Count, fault.Value.Example));

    /// <summary>Shortens a name that is part of the format of a warning, and escapes its braces.</summary>
    public static string Escape(string name) => Shorten(name).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    /// <summary>Shortens a value for a warning.</summary>
    public static string Shorten(string value) => value.Length <= 60 ? value : $"{value.AsSpan(0, 57)}…";

    /// <summary>Formats a number for a warning.</summary>
    public static string Shorten(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
