using System.Globalization;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Maps the features of a schema to the input tensors of a model.</summary>
internal static class TensorBinding
{
    /// <summary>Finds the slice of each feature.</summary>
    /// <remarks>
    /// A feature is mapped to the input with its name, or to one column: <c>tensor[3]</c>, or the column that the registered signature names.
    /// The rules of a whole tensor do not apply to a column with a feature of its own.
    /// </remarks>
    /// <param name="features">The features of the schema.</param>
    /// <param name="model">The signature of the model file.</param>
    /// <param name="registered">The registered signature, which may name the columns of the tensors.</param>
    /// <returns>The slices in the order of the features.</returns>
    public static IReadOnlyList<TensorSlice> Find(IReadOnlyList<FeatureSchema> features, ModelSignature model, ModelSignature? registered)
    {
        var columns = NameColumns(model.Inputs, registered?.Inputs ?? []);
        var slices = features.Select(feature => FindPart(feature, model.Inputs, columns)).OfType<TensorSlice>().ToArray();
        var single = slices.Where(static slice => slice.Column is not null).OrderByDescending(static slice => IsIndexed(slice))
            .DistinctBy(static slice => (slice.Input, slice.Column)).ToHashSet();
        foreach (var slice in slices.Where(static slice => slice.Column is null))
        {
            foreach (var column in single.Where(column => column.Input == slice.Input))
            {
                slice.Exclude(column.Column!.Value);
            }
        }

        return [.. slices.Where(slice => slice.Column is null || single.Contains(slice))];
    }

    private static TensorSlice? FindPart(FeatureSchema feature, IReadOnlyList<ModelFeature> inputs, (string Name, ModelFeature Input, int Column)[] columns)
    {
        if (inputs.FirstOrDefault(input => input.Name == feature.Name) is { } exact)
        {
            return new TensorSlice(feature, exact, column: null);
        }

        if (inputs.FirstOrDefault(input => FindIndex(feature.Name, input.Name) is not null) is { } tensor)
        {
            return new TensorSlice(feature, tensor, FindIndex(feature.Name, tensor.Name));
        }

        if (FindOnly(columns, feature.Name, static column => column.Name) is { Input: { } named, Column: var position })
        {
            return new TensorSlice(feature, named, position);
        }

        return FindOnly(inputs, feature.Name, static input => input.Name) is { } alike ? new TensorSlice(feature, alike, column: null) : null;
    }

    /// <summary>Finds the item with the exact name, or else the only item whose name has the same letters and digits.</summary>
    private static T? FindOnly<T>(IReadOnlyList<T> items, string name, Func<T, string> nameOf)
    {
        var exact = items.Where(item => nameOf(item) == name);
        var alike = items.Where(item => FeatureProperty.NamesMatch(nameOf(item), name)).Take(2).ToArray();
        return exact.Concat(alike.Length == 1 ? alike : []).FirstOrDefault();
    }

    private static bool IsIndexed(TensorSlice slice) => FindIndex(slice.Feature.Name, slice.Input.Name) is not null;

    /// <summary>Reads the index of a name such as <c>tensor[3]</c>.</summary>
    private static int? FindIndex(string name, string tensor) =>
        name.Length > tensor.Length + 2 && name.StartsWith(tensor, StringComparison.Ordinal) && name[tensor.Length] == '[' && name[^1] == ']'
        && int.TryParse(name.AsSpan(tensor.Length + 1, name.Length - tensor.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;

    /// <summary>Names the columns of tensors if the registered signature has an input for each column instead of inputs for the tensors.</summary>
    private static (string Name, ModelFeature Input, int Column)[] NameColumns(IReadOnlyList<ModelFeature> inputs, IReadOnlyList<ModelFeature> registered)
    {
        var areColumns = registered.All(input => (SignatureSchemaConverter.CountOf(input.Shape) ?? 1) == 1 && inputs.All(tensor => tensor.Name != input.Name))
            && inputs.All(static tensor => WidthOf(tensor) is not null)
            && inputs.Sum(static tensor => (long)WidthOf(tensor)!.Value) == registered.Count;
        var positions = inputs.SelectMany(static tensor => Enumerable.Range(0, WidthOf(tensor) ?? 0).Select(column => (Input: tensor, Column: column)));
        return areColumns ? [.. registered.Zip(positions, static (input, position) => (input.Name, position.Input, position.Column))] : [];
    }

    /// <summary>Gets the number of values in a row, or <see langword="null"/> if it is variable.</summary>
    private static int? WidthOf(ModelFeature input) => input.Shape.Count == 0 ? 1 : SignatureSchemaConverter.CountOf(input.Shape);
}
