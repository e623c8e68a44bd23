namespace MlOps.Documents;

/// <summary>The result of a probe of conditional writes on a server.</summary>
/// <param name="Target">The server and the bucket.</param>
/// <param name="Verdict">The result, in a provider-specific format.</param>
internal sealed record ConditionVerdict(string Target, string Verdict);
