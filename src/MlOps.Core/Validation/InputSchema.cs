using System.Diagnostics.CodeAnalysis;
using MlOps.Datasets;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>The allowed values of the inputs of a model.</summary>
/// <remarks>Instances are immutable and thread-safe.</remarks>
/// <example>
/// <code>
/// var schema = InputSchema.Infer(trainingRows);
/// File.WriteAllText(InputSchema.FileName, schema.ToJson());
///
/// var validator = new InputValidator&lt;Trip&gt;(schema);
/// var result = validator.Validate(new Trip { Distance = 141 });
/// if (result.IsRejected)
/// {
///     Console.WriteLine(string.Join('\n', result.Violations));
/// }
/// </code>
/// </example>
public sealed class InputSchema
{
    /// <summary>The name of the schema file in a model version.</summary>
    public const string FileName = "input-schema.json";

    /// <summary>Initializes a new instance of the <see cref="InputSchema"/> class.</summary>
    /// <param name="features">The features, in the order of the JSON document.</param>
    /// <param name="defaultPolicy">The policy of features without a policy, or <see langword="null"/> for <see cref="InputPolicy.Reject"/>.</param>
    /// <exception cref="ArgumentException">A feature is not valid, or two features have the same name.</exception>
    public InputSchema(IEnumerable<FeatureSchema> features, InputPolicy? defaultPolicy = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        Features = [.. features];
        DefaultPolicy = defaultPolicy;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in Features)
        {
            var fault = FeatureSchemaValidator.FindFault(feature) ?? (names.Add(feature.Name) ? null : "the name occurs more than once. Remove the duplicate.");
            if (fault is not null)
            {
                throw new ArgumentException($"The input schema is not valid. Feature '{RecordText.Shorten(feature.Name)}': {fault}", nameof(features));
            }
        }
    }

    /// <summary>Gets the features.</summary>
    public IReadOnlyList<FeatureSchema> Features { get; }

    /// <summary>Gets the policy of features without a policy of their own.</summary>
    /// <value>The default is <see langword="null"/>, which means <see cref="InputPolicy.Reject"/>.</value>
    public InputPolicy? DefaultPolicy { get; }

    /// <summary>Creates the schema of the inputs of a signature.</summary>
    /// <remarks>
    /// A value may be null if the feature is nullable or optional, and NaN if it is nullable. Infinities are not allowed. Ranges have no slack.
    /// Categories apply to strings only. The number of elements of an array is the product of its dimensions, without a leading dimension of variable
    /// length (the batch). If another dimension has a variable length, any number of elements is allowed.
    /// </remarks>
    /// <param name="signature">The signature.</param>
    /// <returns>The schema.</returns>
    public static InputSchema FromSignature(ModelSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return new InputSchema(signature.Inputs.Select(SignatureSchemaConverter.ToSchema));
    }

    /// <summary>Creates a schema from the profile of a table, such as the profile of a dataset version.</summary>
    /// <remarks>
    /// Types, ranges, missing values and lengths are inferred as <see cref="FeatureSchemaBuilder"/> describes. The schema has no categories and no values to
    /// impute, because a profile does not contain them.
    /// </remarks>
    /// <param name="profile">The profile. Columns without values, with times of day or with nested values are omitted.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The schema.</returns>
    public static InputSchema FromProfile(TableProfile profile, SchemaInferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new InputSchema(profile.Columns.Select(column => ProfileSchemaConverter.ToSchema(column, options ?? new())).OfType<FeatureSchema>());
    }

    /// <summary>Infers a schema from rows. The rows do not violate the inferred schema.</summary>
    /// <remarks>
    /// Each row is read once, and memory use is bounded. <see cref="FeatureSchemaBuilder"/> describes the rules. A property that represents one element of a
    /// tensor becomes the feature <c>tensor[3]</c>.
    /// </remarks>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows, such as the training data of a model.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>A schema with a feature for each property of a supported type.</returns>
    /// <exception cref="ArgumentException">There are no rows, or <typeparamref name="T"/> has no property of a supported type.</exception>
    public static InputSchema Infer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        IEnumerable<T> rows, SchemaInferenceOptions? options = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rows);
        return RowInference<T>.Infer(rows, options ?? new());
    }

    /// <summary>Parses the JSON document of a schema.</summary>
    /// <param name="json">The document in the format of <see cref="ToJson"/>. Comments and trailing commas are allowed.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="FormatException">The document is not a valid schema.</exception>
    public static InputSchema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return InputSchemaReader.Read(json);
    }

    /// <summary>Converts the schema to an indented JSON document.</summary>
    /// <remarks>The features keep their order, and default values are omitted, so that two versions can be compared line by line.</remarks>
    /// <returns>The document. Lines end with a line feed on every platform.</returns>
    public string ToJson() => InputSchemaDocument.Write(this);

    /// <summary>Combines this schema with another one that takes precedence.</summary>
    /// <remarks>
    /// A feature of the other schema replaces the feature of this schema that has the same name, or the same letters and digits in its name. Rules of the two
    /// features are not combined. Features that only one schema has are kept.
    /// </remarks>
    /// <param name="overrides">The schema that takes precedence.</param>
    /// <returns>A schema with the features of this schema in their order, followed by those that only the other schema has.</returns>
    public InputSchema OverrideWith(InputSchema overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        var replaced = Features.Select(feature => overrides.Find(feature.Name) ?? feature).Distinct().ToArray();
        return new InputSchema(replaced.Concat(overrides.Features.Except(replaced)), overrides.DefaultPolicy ?? DefaultPolicy);
    }

    /// <summary>Finds the rules that a batch of rows violates, such as new training data or the requests of a day.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows. Each row is read once, and memory use is bounded.</param>
    /// <returns>The violated rules in descending order of the number of rows, each with the change to the schema that allows all rows.</returns>
    /// <exception cref="ArgumentException">A rule is not applicable to the type of a property.</exception>
    public IReadOnlyList<InputAnomaly> FindAnomalies<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(IEnumerable<T> rows)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rows);
        var examination = new BatchAnalyzer<T>(this);
        foreach (var row in rows)
        {
            examination.Add(row);
        }

        return examination.ToAnomalies();
    }

    private FeatureSchema? Find(string name) =>
        Features.FirstOrDefault(feature => feature.Name == name) ?? Features.FirstOrDefault(feature => FeatureProperty.NamesMatch(feature.Name, name));
}
