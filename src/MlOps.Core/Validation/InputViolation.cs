namespace MlOps.Validation;

/// <summary>A value that the input schema does not allow.</summary>
/// <param name="feature">The name of the feature.</param>
/// <param name="rule">The violated rule.</param>
/// <param name="expected">The allowed values.</param>
/// <param name="found">The value.</param>
/// <param name="policy">The policy that was applied.</param>
/// <param name="suggestion">The remedy.</param>
public sealed class InputViolation(string feature, InputRule rule, string expected, string found, InputPolicy policy, string suggestion)
{
    /// <summary>Gets the name of the feature.</summary>
    public string Feature { get; } = feature;

    /// <summary>Gets the violated rule.</summary>
    public InputRule Rule { get; } = rule;

    /// <summary>Gets the allowed values, such as <c>0 to 120</c>.</summary>
    public string Expected { get; } = expected;

    /// <summary>Gets the value, such as <c>141</c>. Do not log it, because it is data of the caller.</summary>
    /// <value>
    /// If there are several rows or elements, the value is preceded by the zero-based index of the row and of the element, such as <c>row 3 [1]: 141</c>.
    /// </value>
    public string Found { get; } = found;

    /// <summary>Gets the policy that was applied.</summary>
    public InputPolicy Policy { get; } = policy;

    /// <summary>Gets the remedy at the sender or in the schema, as a sentence.</summary>
    public string Suggestion { get; } = suggestion;

    /// <summary>Describes the violation without the value.</summary>
    /// <returns>A text such as <c>age: maximum violated, expected 0 to 120 (Reject)</c>.</returns>
    public override string ToString() => $"{Feature}: {Rule.ToString().ToLowerInvariant()} violated, expected {Expected} ({Policy})";
}
