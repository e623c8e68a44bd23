using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>The paths of the objects in the store.</summary>
internal static partial class WindowPaths
{
    private const string TimeFormat = "yyyyMMdd't'HHmmss";

    public static ArtifactPath Windows(string model) => ArtifactPath.Parse($"monitoring/{model}/windows");

    public static ArtifactPath Windows(string model, int version) => Windows(model).Append(version.ToString(CultureInfo.InvariantCulture));

    public static ArtifactPath Window(string model, int version, DateTimeOffset start) => Windows(model, version).Append(Format(start));

    public static ArtifactPath Object(string model, int version, DateTimeOffset start, string instance, int number) =>
        Window(model, version, start).Append(FormattableString.Invariant($"{instance}-{number}.profile"));

    /// <summary>Gets the path of the object that merges others. Its generation is one more than that of the object that it replaces.</summary>
    public static ArtifactPath Merged(string model, int version, DateTimeOffset start, int generation) =>
        Window(model, version, start).Append(FormattableString.Invariant($"merged-{generation:000000}.profile"));

    public static ArtifactPath Statuses(string model) => ArtifactPath.Parse($"monitoring/{model}/status");

    public static ArtifactPath Status(string model, string instance) => Statuses(model).Append($"{instance}.json");

    /// <summary>Determines whether a model can have windows in the store.</summary>
    public static bool IsValid(string model) => !model.Contains('/', StringComparison.Ordinal) && ArtifactPath.TryParse($"monitoring/{model}/windows", out _);

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Gets the generation of a merged object.</summary>
    /// <returns><see langword="null"/> for the object of an instance.</returns>
    public static int? FindGeneration(string name) =>
        MergedName().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>Splits the path of a window object.</summary>
    /// <returns><see langword="false"/> if it is not the path of a window object.</returns>
    public static bool TryParse(ArtifactPath path, [NotNullWhen(true)] out WindowKey? key)
    {
        key = null;
        if (path.ToString().Split('/') is not [_, _, _, var version, var start, var name] || !(ObjectName().IsMatch(name) || MergedName().IsMatch(name))
            || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !DateTimeOffset.TryParseExact(
                start, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return false;
        }

        key = new WindowKey(number, time);
        return true;
    }

    [GeneratedRegex(@"^[a-z0-9-]+-[0-9]+-[0-9a-f]{16}-[0-9]+\.profile$", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName();

    [GeneratedRegex(@"^merged-([0-9]{6})\.profile$", RegexOptions.CultureInvariant)]
    private static partial Regex MergedName();
}
