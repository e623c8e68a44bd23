namespace MlOps.Validation;

/// <summary>A rule of a schema that rows of a batch break, with the one change of the schema that would allow all of them.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Rule">Which rule is broken.</param>
/// <param name="Rows">In how many rows.</param>
/// <param name="Expected">What is allowed, such as <c>0 to 120</c>.</param>
/// <param name="Example">What was there in the first of them, such as <c>141</c>. It is data: keep it out of logs.</param>
/// <param name="Suggestion">What to do about it, at the sender or in the schema, as a sentence.</param>
public sealed record InputAnomaly(string Feature, InputRule Rule, long Rows, string Expected, string Example, string Suggestion)
{
    /// <summary>Says it without the value found.</summary>
    /// <returns>Such as <c>age: maximum broken by 17 rows, expected 0 to 120</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{Feature}: {Rule.ToString().ToLowerInvariant()} broken by {Rows} rows, expected {Expected}");
}
