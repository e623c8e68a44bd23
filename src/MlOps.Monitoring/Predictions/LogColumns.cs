using Parquet.Schema;

namespace MlOps.Monitoring.Predictions;

/// <summary>The names and types of the columns in the files of predictions and outcomes.</summary>
internal static class LogColumns
{
    public const string Id = "prediction_id";
    public const string Time = "time";
    public const string Version = "version";
    public const string Rejected = "rejected";
    public const string Flagged = "flagged";
    public const string Latency = "latency_ms";
    public const string Sampled = "sampled";
    public const string InputPrefix = "input.";
    public const string OutputPrefix = "output.";
    public const string ActualText = "actual_text";
    public const string ActualNumber = "actual_number";
    public const string Instance = "instance";
    public const string Sequence = "sequence";

    public static DataField Text(string name, bool isNullable) => new(name, typeof(ReadOnlyMemory<char>), isNullable);

    public static DataField Number(string name) => new(name, typeof(double), isNullable: true);

    /// <summary>Creates a timestamp in microseconds of UTC.</summary>
    public static DataField Timestamp(string name) =>
        new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: false);

    /// <summary>Rounds a time down to the resolution of the files, 1 µs.</summary>
    public static long Truncate(long ticks) => ticks - (ticks % TimeSpan.TicksPerMicrosecond);
}
