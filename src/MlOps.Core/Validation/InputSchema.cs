using System.Diagnostics.CodeAnalysis;
using MlOps.Datasets;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>What the rows given to a model may hold.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class InputSchema
{
    /// <summary>The name of the file, among a version's, that holds its schema.</summary>
    public const string FileName = "input-schema.json";

    /// <summary>Initializes a schema.</summary>
    /// <param name="features">The features, in the order in which they are written.</param>
    /// <param name="defaultPolicy">What to do about a violation of a feature that does not say; <see langword="null"/> is <see cref="InputPolicy.Reject"/>.</param>
    /// <exception cref="ArgumentException">Something said of a feature cannot be, or there are two of a name; the message says which and what to do.</exception>
    public InputSchema(IEnumerable<FeatureSchema> features, InputPolicy? defaultPolicy = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        Features = [.. features];
        Default = defaultPolicy;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in Features)
        {
            if ((FeatureSchemaRules.FindFault(feature) ?? (names.Add(feature.Name) ? null : "it is there twice. Remove one.")) is { } fault)
            {
                throw new ArgumentException($"The input schema cannot have the feature '{RecordText.Shorten(feature.Name)}': {fault}", nameof(features));
            }
        }
    }

    /// <summary>Gets what each feature may hold.</summary>
    public IReadOnlyList<FeatureSchema> Features { get; }

    /// <summary>Gets what to do about a violation of a feature that does not say.</summary>
    /// <value><see langword="null"/> is <see cref="InputPolicy.Reject"/>.</value>
    public InputPolicy? Default { get; }

    /// <summary>Makes the schema that a signature implies.</summary>
    /// <remarks>
    /// A value may be null if the feature is nullable or optional, and NaN if it is nullable; never infinite. Ranges have no slack. Categories are those of texts; those of other types are not checked.
    /// The number of values of an array is the product of the dimensions' lengths without a first one that is any (a batch); if another is any, so is the number.
    /// </remarks>
    /// <param name="signature">The signature.</param>
    /// <returns>The schema of its inputs.</returns>
    public static InputSchema FromSignature(ModelSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return new InputSchema(signature.Inputs.Select(SignatureSchema.ToSchema));
    }

    /// <summary>Makes the schema that the profile of a table implies, such as a dataset's version recorded.</summary>
    /// <remarks>It has types, ranges, missing values and lengths, as <see cref="FeatureInference"/> infers them. Categories and values to impute are not in a profile.</remarks>
    /// <param name="profile">The profile. Columns without values, of times and of nested values are left out.</param>
    /// <param name="options">What to infer; the default if <see langword="null"/>.</param>
    /// <returns>The schema.</returns>
    public static InputSchema FromProfile(TableProfile profile, InputInferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new InputSchema(profile.Columns.Select(column => ProfileSchema.ToSchema(column, options ?? new())).OfType<FeatureSchema>());
    }

    /// <summary>Infers a schema from rows, which never violate it.</summary>
    /// <remarks>Each row is read once, in bounded memory; <see cref="FeatureInference"/> has the rules. A property that is one value of a tensor is the feature <c>tensor[3]</c>.</remarks>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows, such as those a model was trained on.</param>
    /// <param name="options">What to infer; the default if <see langword="null"/>.</param>
    /// <returns>A feature for each property that can stand for one.</returns>
    /// <exception cref="ArgumentException">There is no row, or the type has no such property.</exception>
    public static InputSchema Infer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(IEnumerable<T> rows, InputInferenceOptions? options = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rows);
        return RowInference<T>.Infer(rows, options ?? new());
    }

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The document, as <see cref="ToJson"/> writes it. Comments and trailing commas are allowed.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="FormatException">It is none; the message says where and why, and what to do.</exception>
    public static InputSchema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return InputSchemaReader.Read(json);
    }

    /// <summary>Writes the schema for people: indented, in the order of the features, without what is default, so that two versions can be compared line by line.</summary>
    /// <returns>The document, with line feeds on every system.</returns>
    public string ToJson() => InputSchemaDocument.Write(this);

    /// <summary>Replaces what this schema says by what another says better: a version's file over its signature.</summary>
    /// <remarks>
    /// A feature of the other schema replaces the whole feature of this one that has the same name, or the same name in letters and digits: what the file says of a feature is all that holds for it.
    /// Features that only one of them has stay.
    /// </remarks>
    /// <param name="finer">The schema that wins.</param>
    /// <returns>The features of this schema in their order, then those that only the other has.</returns>
    public InputSchema RefineBy(InputSchema finer)
    {
        ArgumentNullException.ThrowIfNull(finer);
        var replaced = Features.Select(feature => finer.Find(feature.Name) ?? feature).Distinct().ToArray();
        return new InputSchema(replaced.Concat(finer.Features.Except(replaced)), finer.Default ?? Default);
    }

    /// <summary>Looks for what a batch has that the schema does not allow, such as new training data or a day of requests.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows. Each is read once, in bounded memory.</param>
    /// <returns>Each rule that is broken, the one that most rows break first, with the change of the schema that would allow them all; empty if there is none.</returns>
    /// <exception cref="ArgumentException">A rule cannot be about a property's type; the message says which.</exception>
    public IReadOnlyList<InputAnomaly> FindAnomalies<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(IEnumerable<T> rows)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rows);
        var examination = new BatchExamination<T>(this);
        foreach (var row in rows)
        {
            examination.Add(row);
        }

        return examination.ToAnomalies();
    }

    private FeatureSchema? Find(string name) =>
        Features.FirstOrDefault(feature => feature.Name == name) ?? Features.FirstOrDefault(feature => FeatureProperty.NamesMatch(feature.Name, name));
}
