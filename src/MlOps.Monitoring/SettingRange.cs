using System.Globalization;

namespace MlOps.Monitoring;

/// <summary>Validates the ranges of numeric settings.</summary>
internal static class SettingRange
{
    /// <summary>Finds the fault of a setting.</summary>
    /// <returns>A message with the path, the value, the range and the nearest valid value; <see langword="null"/> if the value is valid.</returns>
    public static string? FindFault(string path, double value, double least, double most) => value >= least && value <= most
        ? null
        : string.Create(
            CultureInfo.InvariantCulture, $"{path} is {value}. Set it to {least} to {most}; the nearest valid value is {(value > most ? most : least)}.");
}
