namespace MlOps.Records;

/// <summary>The age of a record to which a retention rule applies.</summary>
/// <param name="Time">The time of its end, or of its beginning if it has not ended.</param>
/// <param name="Group">The records that are counted together: an experiment's runs, or the completions of one step.</param>
internal sealed record RecordAge(DateTimeOffset Time, string Group);
