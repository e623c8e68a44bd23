using System.Text.Json.Serialization;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The allowed values of one feature.</summary>
/// <remarks>
/// <para>Instances are immutable and thread-safe, provided that the caller does not change the list of categories.</para>
/// <para>In the JSON document of a schema, a feature is an object with these properties in camel case and in this order. Properties with their default value
/// are omitted.</para>
/// </remarks>
public sealed class FeatureSchema
{
    /// <summary>Gets the name of the feature.</summary>
    /// <value>The name in the signature of the model or in the data. <c>tensor[3]</c> is one element of a tensor with unnamed columns.</value>
    public required string Name { get; init; }

    /// <summary>Gets the type of the values.</summary>
    /// <value>
    /// The type determines the rules that are applicable. A property of the row may have another type of the same kind: a range applies to every numeric type.
    /// </value>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required FeatureType Type { get; init; }

    /// <summary>Gets a value indicating whether the value may be null.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Gets a value indicating whether a number may be NaN.</summary>
    public bool AllowNaN { get; init; }

    /// <summary>Gets a value indicating whether a number may be infinite.</summary>
    public bool AllowInfinity { get; init; }

    /// <summary>Gets the inclusive minimum of a number.</summary>
    /// <value>
    /// A finite number, or <see langword="null"/>, the default, for no minimum. It is rounded to the type of the validated property. Beyond 2⁵³ it has the
    /// precision of a <see cref="double"/>. It does not apply to NaN and infinities; see <see cref="AllowNaN"/> and <see cref="AllowInfinity"/>.
    /// </value>
    public double? Minimum { get; init; }

    /// <summary>Gets the inclusive maximum of a number.</summary>
    /// <value>The same rules as for <see cref="Minimum"/> apply.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets the margin by which a number may exceed the range.</summary>
    /// <value>
    /// <para>
    /// A fraction of <see cref="Maximum"/> − <see cref="Minimum"/>, zero or more. The default is 0. With 0.1, a range of 20 to 120 allows 10 to 130. The margin
    /// never changes the sign: 0 to 120 allows 0 to 132, because a quantity without negative values in the training data rarely has any later. The slack has no
    /// effect unless both bounds are set.
    /// </para>
    /// <para>
    /// If both bounds are equal, it is a fraction of their magnitude: with 0.1, the constant 50 allows 45 to 55. The constant 0 allows −0.1 to 0.1.
    /// A constant of an integer type allows at least the next integer on each side: 5 allows 4 to 6, and 0 allows −1 to 1.
    /// </para>
    /// </value>
    public double Slack { get; init; }

    /// <summary>Gets the allowed strings.</summary>
    /// <value>
    /// At least one string, without duplicates, or <see langword="null"/>, the default, to allow any string. Strings are compared ordinally.
    /// </value>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Gets the fraction of rows that may have a string outside <see cref="Categories"/>.</summary>
    /// <value>
    /// 0 to 1. The default is 0: the policy applies to every such string. With 0.01, such a string is only a warning (<see cref="InputPolicy.Warn"/>) while at
    /// most 10 of the last 1,000 rows of the validator have one. The limit of 10 rows also applies before the validator has seen 1,000 rows.
    /// </value>
    public double MaxUnseenRate { get; init; }

    /// <summary>Gets the minimum length of a string, in UTF-16 code units.</summary>
    /// <value>The default is <see langword="null"/>, no minimum.</value>
    public int? MinimumLength { get; init; }

    /// <summary>Gets the maximum length of a string, in UTF-16 code units.</summary>
    /// <value>The default is <see langword="null"/>, no maximum.</value>
    public int? MaximumLength { get; init; }

    /// <summary>Gets the regular expression that must match a part of a string.</summary>
    /// <value>
    /// The default is <see langword="null"/>, no expression. To match the whole string, begin with <c>^</c> and end with <c>$</c>. Lookarounds and
    /// backreferences are not supported, because matching uses <see cref="System.Text.RegularExpressions.RegexOptions.NonBacktracking"/> and takes time linear
    /// in the length of the string. A string that is not matched within 100 ms does not match.
    /// </value>
    public string? Pattern { get; init; }

    /// <summary>Gets the number of elements of an array.</summary>
    /// <value>The default is <see langword="null"/>, any number. It does not apply to a property with a single value.</value>
    public int? Count { get; init; }

    /// <summary>Gets the value that <see cref="InputPolicy.Impute"/> uses.</summary>
    /// <value>
    /// A number (stored as <see cref="double"/>), a string or a Boolean, according to <see cref="Type"/>. The default is <see langword="null"/>, no value.
    /// </value>
    public object? Impute { get; init; }

    /// <summary>Gets the policy for values that violate the rules of this feature.</summary>
    /// <value>The default is <see langword="null"/>, which applies <see cref="InputSchema.DefaultPolicy"/>.</value>
    public InputPolicy? Policy { get; init; }
}
