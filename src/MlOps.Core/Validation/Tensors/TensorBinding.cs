using System.Globalization;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Finds the values of a model's tensors that the features of a schema stand for.</summary>
internal static class TensorBinding
{
    /// <summary>Finds the values of each feature.</summary>
    /// <remarks>
    /// A feature stands for the input of its name, or for one column: <c>tensor[3]</c>, or the input of the registered signature that names the column.
    /// A column that has a feature is not checked by the rules of the whole tensor.
    /// </remarks>
    /// <param name="features">The features of the schema.</param>
    /// <param name="model">The signature of the model itself.</param>
    /// <param name="registered">The registered signature, which may name the columns of the model's tensors.</param>
    /// <returns>The parts in the order of the features.</returns>
    public static IReadOnlyList<TensorPart> Find(IReadOnlyList<FeatureSchema> features, ModelSignature model, ModelSignature? registered)
    {
        var columns = NameColumns(model.Inputs, registered?.Inputs ?? []);
        var parts = features.Select(feature => FindPart(feature, model.Inputs, columns)).OfType<TensorPart>().ToArray();
        var single = parts.Where(static part => part.Column is not null).OrderByDescending(static part => IsIndexed(part))
            .DistinctBy(static part => (part.Input, part.Column)).ToHashSet();
        foreach (var part in parts.Where(static part => part.Column is null))
        {
            foreach (var column in single.Where(column => column.Input == part.Input))
            {
                part.Exclude(column.Column!.Value);
            }
        }

        return [.. parts.Where(part => part.Column is null || single.Contains(part))];
    }

    private static TensorPart? FindPart(FeatureSchema feature, IReadOnlyList<ModelFeature> inputs, (string Name, ModelFeature Input, int Column)[] columns)
    {
        if (inputs.FirstOrDefault(input => input.Name == feature.Name) is { } exact)
        {
            return new TensorPart(feature, exact, column: null);
        }

        if (inputs.FirstOrDefault(input => FindIndex(feature.Name, input.Name) is not null) is { } tensor)
        {
            return new TensorPart(feature, tensor, FindIndex(feature.Name, tensor.Name));
        }

        if (FindOnly(columns, feature.Name, static column => column.Name) is { Input: { } named, Column: var position })
        {
            return new TensorPart(feature, named, position);
        }

        return FindOnly(inputs, feature.Name, static input => input.Name) is { } alike ? new TensorPart(feature, alike, column: null) : null;
    }

    /// <summary>Finds the item whose name is exactly the given one, or else the only one whose name is the same in letters and digits.</summary>
    private static T? FindOnly<T>(IReadOnlyList<T> items, string name, Func<T, string> nameOf)
    {
        var exact = items.Where(item => nameOf(item) == name);
        var alike = items.Where(item => FeatureProperty.NamesMatch(nameOf(item), name)).Take(2).ToArray();
        return exact.Concat(alike.Length == 1 ? alike : []).FirstOrDefault();
    }

    private static bool IsIndexed(TensorPart part) => FindIndex(part.Feature.Name, part.Input.Name) is not null;

    /// <summary>Reads the index of a name such as <c>tensor[3]</c>.</summary>
    private static int? FindIndex(string name, string tensor) =>
        name.Length > tensor.Length + 2 && name.StartsWith(tensor, StringComparison.Ordinal) && name[tensor.Length] == '[' && name[^1] == ']'
        && int.TryParse(name.AsSpan(tensor.Length + 1, name.Length - tensor.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;

    /// <summary>Names the columns of tensors where the registered signature has an input for each of them, and none for a tensor.</summary>
    private static (string Name, ModelFeature Input, int Column)[] NameColumns(IReadOnlyList<ModelFeature> inputs, IReadOnlyList<ModelFeature> registered)
    {
        var areColumns = registered.All(input => (SignatureSchema.CountOf(input.Shape) ?? 1) == 1 && inputs.All(tensor => tensor.Name != input.Name))
            && inputs.All(static tensor => WidthOf(tensor) is not null)
            && inputs.Sum(static tensor => (long)WidthOf(tensor)!.Value) == registered.Count;
        var positions = inputs.SelectMany(static tensor => Enumerable.Range(0, WidthOf(tensor) ?? 0).Select(column => (Input: tensor, Column: column)));
        return areColumns ? [.. registered.Zip(positions, static (input, position) => (input.Name, position.Input, position.Column))] : [];
    }

    /// <summary>Gets the number of values in a row; <see langword="null"/> if the model does not fix it.</summary>
    private static int? WidthOf(ModelFeature input) => input.Shape.Count == 0 ? 1 : SignatureSchema.CountOf(input.Shape);
}
