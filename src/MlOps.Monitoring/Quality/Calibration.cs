using System.Globalization;
using System.Text.Json;

namespace MlOps.Monitoring.Quality;

/// <summary>The relation of scores to outcomes in the reference rows, from which the quality without outcomes is estimated.</summary>
/// <remarks>Immutable and thread-safe. The serialised form is JSON; see <c>FORMAT.md</c>.</remarks>
/// <param name="classes">The classes: the positive class, or all classes of a model with more than two.</param>
/// <param name="maps">
/// With two classes, the function from the score to the probability of the positive class. With more, the functions from the probability of the
/// predicted class to the
/// chance that it is right: one for each predicted class (<see langword="null"/> if there were too few rows), and one for all classes.
/// </param>
internal sealed class Calibration(IReadOnlyList<string> classes, IReadOnlyList<IsotonicMap?> maps)
{
    private const int Format = 1;

    public IReadOnlyList<string> Classes => classes;

    public IReadOnlyList<IsotonicMap?> Maps => maps;

    /// <summary>Serialises the calibration.</summary>
    public byte[] ToArray() => JsonSerializer.SerializeToUtf8Bytes(
        new CalibrationDocument
        {
            Format = Format,
            Classes = [.. classes],
            Maps = [.. maps.Select(static map => map is null ? null : new CalibrationDocument.Map
            {
                Scores = map.Scores,
                Rates = map.Rates,
                Rows = map.Rows,
                Minimum = map.Minimum,
                Maximum = map.Maximum,
            })],
        },
        CalibrationJson.Default.CalibrationDocument);

    /// <summary>Reads a calibration.</summary>
    /// <param name="content">The serialised calibration.</param>
    /// <param name="faults">The faults of the result.</param>
    /// <returns>The calibration; <see langword="null"/> if it is damaged or newer, which is counted as a fault.</returns>
    public static Calibration? TryRead(byte[] content, QualityFaults faults)
    {
        try
        {
            var document = JsonSerializer.Deserialize(content, CalibrationJson.Default.CalibrationDocument);
            var fault = document is null ? "it is empty" : FindFault(document);
            if (fault is null)
            {
                return new(
                    document!.Classes,
                    [.. document.Maps.Select(static map => map is null ? null : new IsotonicMap(map.Scores, map.Rates, map.Rows, map.Minimum, map.Maximum))]);
            }

            Report(fault);
        }
        catch (JsonException e)
        {
            Report($"it is damaged: {e.Message.TrimEnd('.')}");
        }

        return null;

        void Report(string fault) => faults.Count(
            "The metrics are not estimated without outcomes, because the calibration of the baseline cannot be used: {1}. Create the baseline again.", fault);
    }

    private static string? FindFault(CalibrationDocument document)
    {
        if (document.Format != Format)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"its format is {document.Format}, and this version of the library reads {Format}. Update the library");
        }

        return document.Classes.Length is 0 or 2 || document.Maps.Length != document.Classes.Length + (document.Classes.Length == 1 ? 0 : 1)
            || document.Maps[^1] is null || Array.Exists(document.Maps, static map => map is not null && !IsValid(map))
            || Array.Exists(document.Classes, static name => name is null)
            ? "it is damaged: its classes or scores are inconsistent"
            : null;
    }

    private static bool IsValid(CalibrationDocument.Map map)
    {
        var size = map.Scores.Length;
        var isValid = size > 0 && map.Rates.Length == size && map.Rows.Length == size && map.Minimum <= map.Scores[0] && map.Maximum >= map.Scores[^1];
        for (var i = 0; isValid && i < size; i++)
        {
            isValid = map.Rates[i] is >= 0 and <= 1 && map.Rows[i] > 0 && (i == 0 || (map.Scores[i] > map.Scores[i - 1] && map.Rates[i] >= map.Rates[i - 1]));
        }

        return isValid;
    }
}
