using System.Diagnostics.CodeAnalysis;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Infers a schema from rows of a type.</summary>
internal static class RowInference<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRow>
    where TRow : class
{
    /// <exception cref="ArgumentException">There are no rows, or the type has no supported property.</exception>
    public static InputSchema Infer(IEnumerable<TRow> rows, SchemaInferenceOptions options)
    {
        var columns = FeatureProperty.Of<TRow>().Where(static property => property.Type is not null)
            .Select(property => new PropertyInference<TRow>(property, options)).ToArray();
        var any = false;
        foreach (var row in rows)
        {
            any = true;
            foreach (var column in columns)
            {
                column.Add(row ?? throw new ArgumentException("One of the rows is null. Remove it.", nameof(rows)));
            }
        }

        return any && columns.Length > 0
            ? new InputSchema(columns.Select(static column => column.ToSchema()))
            : throw new ArgumentException(
                columns.Length > 0
                    ? "There are no rows to infer a schema from. Pass the training data of the model."
                    : $"{typeof(TRow).Name} has no public property with a number, string, Boolean or date. Use a type with such properties.",
                nameof(rows));
    }
}
