namespace MlOps.Documents;

/// <summary>The verdict of a proof of conditional writes.</summary>
/// <param name="Target">The server and the bucket.</param>
/// <param name="Verdict">The verdict, in the words of the provider.</param>
internal sealed record ConditionVerdict(string Target, string Verdict);
