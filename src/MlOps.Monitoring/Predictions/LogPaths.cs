using System.Globalization;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>The paths of the files of predictions and outcomes: <c>predictions/&lt;model&gt;/&lt;day&gt;/&lt;instance&gt;-&lt;number&gt;.parquet</c>.</summary>
internal static class LogPaths
{
    public const string Predictions = "predictions";
    public const string Outcomes = "outcomes";
    public const string Extension = ".parquet";
    public const string ContentType = "application/vnd.apache.parquet";
    private const string DayFormat = "yyyy-MM-dd";
    private const int NumberDigits = 8;

    public static ArtifactPath ModelFolder(string root, string model) => ArtifactPath.Parse($"{root}/{model}");

    public static ArtifactPath DayFolder(string root, string model, DateOnly day) =>
        ArtifactPath.Parse($"{root}/{model}/{day.ToString(DayFormat, CultureInfo.InvariantCulture)}");

    public static ArtifactPath File(string root, string model, DateOnly day, string instance, long number) =>
        DayFolder(root, model, day).Append(string.Create(CultureInfo.InvariantCulture, $"{instance}-{number:D8}{Extension}"));

    /// <summary>Finds the day of a file of any writer. The file must be directly in the folder of a day.</summary>
    /// <returns>The day, or <see langword="null"/> if the path is not that of a Parquet file in the folder of a day.</returns>
    public static DateOnly? FindDay(ArtifactPath path)
    {
        var segments = path.ToString().Split('/');
        return segments.Length == 4 && path.Name.EndsWith(Extension, StringComparison.Ordinal)
            && DateOnly.TryParseExact(segments[2], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    /// <summary>Determines whether a file name has the form that this package writes.</summary>
    public static bool IsOwnName(string name)
    {
        var end = name.Length - Extension.Length;
        var start = end - NumberDigits;
        return start > 1 && name.EndsWith(Extension, StringComparison.Ordinal) && name[start - 1] == '-' && !name.AsSpan(start, NumberDigits)
            .ContainsAnyExceptInRange('0', '9');
    }

    public static DateOnly DayOf(long ticks) => DateOnly.FromDateTime(new DateTime(ticks, DateTimeKind.Utc));
}
