namespace MlOps.Validation;

/// <summary>A schema rule that rows of a batch violate, with the change to the schema that allows all of these rows.</summary>
public sealed class InputAnomaly
{
    internal InputAnomaly(InputViolation first, long rows, string suggestion)
    {
        Feature = first.Feature;
        Rule = first.Rule;
        Rows = rows;
        Expected = first.Expected;
        Example = first.Found;
        Suggestion = suggestion;
    }

    /// <summary>Gets the name of the feature.</summary>
    public string Feature { get; }

    /// <summary>Gets the violated rule.</summary>
    public InputRule Rule { get; }

    /// <summary>Gets the number of rows that violate the rule.</summary>
    public long Rows { get; }

    /// <summary>Gets the allowed values, such as <c>0 to 120</c>.</summary>
    public string Expected { get; }

    /// <summary>Gets the value in the first of these rows, such as <c>141</c>. Do not log it, because it is data of the caller.</summary>
    public string Example { get; }

    /// <summary>Gets the remedy at the sender or in the schema, as a sentence.</summary>
    public string Suggestion { get; }

    /// <summary>Describes the anomaly without a value.</summary>
    /// <returns>A text such as <c>age: maximum violated by 17 rows, expected 0 to 120</c>.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Feature}: {Rule.ToString().ToLowerInvariant()} violated by {Rows} rows, expected {Expected}");
}
