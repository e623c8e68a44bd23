using System.Text.Json.Serialization;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>What one feature of a row may hold.</summary>
/// <remarks>
/// <para>Immutable and thread-safe, as long as the list given to it is not changed.</para>
/// <para>In a schema's document a feature is a JSON object with these properties in camel case and in this order; those that have their default are left out.</para>
/// </remarks>
public sealed class FeatureSchema
{
    /// <summary>Gets the feature's name.</summary>
    /// <value>As in the model's signature or the data. <c>tensor[3]</c> is one value of a tensor whose columns have no names.</value>
    public required string Name { get; init; }

    /// <summary>Gets the type of each value.</summary>
    /// <value>It says which of the rules below can apply. A property may be of another type of the same kind: a range holds for every number type.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required FeatureType Type { get; init; }

    /// <summary>Gets a value indicating whether the value may be null.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Gets a value indicating whether a number may be NaN.</summary>
    public bool AllowNaN { get; init; }

    /// <summary>Gets a value indicating whether a number may be infinite.</summary>
    public bool AllowInfinity { get; init; }

    /// <summary>Gets the least number.</summary>
    /// <value>
    /// Inclusive and finite; <see langword="null"/>, the default, is no bound. It is rounded to the type of the property that is checked, and beyond 2⁵³ it is as exact as a
    /// <see cref="double"/>. NaN and the infinities are not compared with it: <see cref="AllowNaN"/> and <see cref="AllowInfinity"/> decide.
    /// </value>
    public double? Minimum { get; init; }

    /// <summary>Gets the greatest number.</summary>
    /// <value>As <see cref="Minimum"/>.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets how far beyond the range a number may be.</summary>
    /// <value>
    /// <para>
    /// A share of <see cref="Maximum"/> − <see cref="Minimum"/>, zero or more; the default is 0. With 0.1, a range of 20 to 120 allows 10 to 130. It never changes the sign: 0 to 120 allows 0 to 132,
    /// because what was never negative in training hardly is later. Without both bounds it means nothing.
    /// </para>
    /// <para>
    /// Where both bounds are equal, it is a share of their magnitude: with 0.1, the constant 50 allows 45 to 55. The constant 0 allows −0.1 to 0.1.
    /// A constant of an integer type allows at least the next integer on each side: 5 allows 4 to 6, and 0 allows −1 to 1.
    /// </para>
    /// </value>
    public double Slack { get; init; }

    /// <summary>Gets the only texts there are.</summary>
    /// <value><see langword="null"/>, the default, is any; otherwise at least one, each once. Compared ordinally.</value>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Gets what share of rows may have a text that is none of <see cref="Categories"/>.</summary>
    /// <value>
    /// 0 to 1; the default is 0: every such text is handled by the policy. With 0.01, it is only a warning (<see cref="InputPolicy.Warn"/>) as long as at most 1 % of 1,000 rows have one: this
    /// row and the 999 before it that the same validator saw, however few they were.
    /// </value>
    public double MaxUnseenRate { get; init; }

    /// <summary>Gets the least number of characters (UTF-16 code units) of a text.</summary>
    /// <value><see langword="null"/>, the default, is no bound.</value>
    public int? MinimumLength { get; init; }

    /// <summary>Gets the greatest number of characters (UTF-16 code units) of a text.</summary>
    /// <value><see langword="null"/>, the default, is no bound.</value>
    public int? MaximumLength { get; init; }

    /// <summary>Gets the regular expression that must match somewhere in a text.</summary>
    /// <value>
    /// <see langword="null"/>, the default, is none. To match the whole text begin with <c>^</c> and end with <c>$</c>. Time is linear in the length of the text
    /// (<see cref="System.Text.RegularExpressions.RegexOptions.NonBacktracking"/>, so no look-around and no back references) and at most 100 ms, after which the text counts as not matching.
    /// </value>
    public string? Pattern { get; init; }

    /// <summary>Gets the number of values of an array.</summary>
    /// <value><see langword="null"/>, the default, is any. It is not compared with a property of a single value.</value>
    public int? Count { get; init; }

    /// <summary>Gets the value that <see cref="InputPolicy.Impute"/> uses.</summary>
    /// <value>A number (kept as <see cref="double"/>), a text or a boolean, as the type says; <see langword="null"/>, the default, is none.</value>
    public object? Impute { get; init; }

    /// <summary>Gets what to do about a violation.</summary>
    /// <value><see langword="null"/>, the default, is what the schema says for all.</value>
    public InputPolicy? Policy { get; init; }
}
