namespace MlOps.Validation;

/// <summary>A value of a row that the schema does not allow.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Rule">Which rule is broken.</param>
/// <param name="Expected">What is allowed, such as <c>0 to 120</c>.</param>
/// <param name="Found">
/// The value, such as <c>141</c>, with its position in an array or tensor and its row of several, counted from 0, such as <c>row 3 [1]: 141</c>. It is the
/// caller's data: keep it out of logs.
/// </param>
/// <param name="Policy">What was done about it.</param>
/// <param name="Suggestion">What to do about it, at the sender or in the schema, as a sentence.</param>
public sealed record InputViolation(string Feature, InputRule Rule, string Expected, string Found, InputPolicy Policy, string Suggestion)
{
    /// <summary>Says it without the value found.</summary>
    /// <returns>Such as <c>age: maximum broken, expected 0 to 120 (Reject)</c>.</returns>
    public override string ToString() => $"{Feature}: {Rule.ToString().ToLowerInvariant()} broken, expected {Expected} ({Policy})";
}
