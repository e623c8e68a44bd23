namespace MlOps.Records;

/// <summary>The age of a record for retention rules.</summary>
/// <param name="Time">The time of the end, or of the beginning if the record has not ended.</param>
/// <param name="Group">The group in which records are counted: the runs of an experiment, or the completions of a step.</param>
internal sealed record RecordAge(DateTimeOffset Time, string Group);
