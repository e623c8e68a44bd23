using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Creates sample tensors from the golden examples of a version, or from its schema if it has none.</summary>
internal static class SampleTensors
{
    /// <summary>Creates the input tensors of several predictions lazily.</summary>
    /// <exception cref="ArgumentException">A golden example does not match the model. The message names the feature.</exception>
    public static IEnumerable<IReadOnlyDictionary<string, ModelTensor>> Create(LocalVersion local, ModelSignature model, InputSchema schema) =>
        local.Examples.Count > 0 ? local.Examples.Select(example => ExampleTensors.Read(example.Inputs, model, local.Metadata.Signature))
        : SampleValues.Lengths.Take(model.Inputs.Any(HasDynamicLength) ? SampleValues.Lengths.Count : 1)
            .Select(length => Create(model, local.Metadata.Signature, schema, length));

    /// <summary>Gets the shape of an input for one row, or for one call if the input has no row dimension.</summary>
    /// <param name="input">The input.</param>
    /// <param name="length">The length of the dynamic dimensions of a row.</param>
    public static long[] ShapeOf(ModelFeature input, int length)
    {
        var hasRows = input.Shape is [null or 1, ..];
        return [.. input.Shape.Select((dimension, index) => dimension ?? (hasRows && index > 0 ? length : 1))];
    }

    /// <summary>Determines whether a row of an input has a dynamic dimension.</summary>
    public static bool HasDynamicLength(ModelFeature input) => input.Shape is [null or 1, ..] && input.Shape.Skip(1).Contains(null);

    /// <summary>Creates the tensor of one input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="schema">The schema that the values satisfy.</param>
    /// <param name="length">The length of dynamic dimensions, except for the row dimension.</param>
    public static ModelTensor Create(ModelFeature input, InputSchema schema, int length) => Create(input, columns: null, schema, length);

    private static Dictionary<string, ModelTensor> Create(ModelSignature model, ModelSignature? registered, InputSchema schema, int length) =>
        model.Inputs.Where(static input => !input.IsOptional).ToDictionary(
            static input => input.Name, input => Create(input, model.Inputs.Count == 1 ? registered?.Inputs : null, schema, length), StringComparer.Ordinal);

    private static ModelTensor Create(ModelFeature input, IReadOnlyList<ModelFeature>? columns, InputSchema schema, int length)
    {
        var shape = ShapeOf(input, length);
        var count = SampleValues.CountOf(shape);
        var isByColumn = columns is not null && columns.Count == count;
        var values = SampleValues.CreateArray(input.Type, count, Find(schema, input.Name));
        for (var index = 0; index < count && index < schema.Features.Count; index++)
        {
            if (Find(schema, isByColumn ? columns![index].Name : FormattableString.Invariant($"{input.Name}[{index}]")) is { } feature)
            {
                values.SetValue(SampleValues.Create(input.Type, feature), index);
            }
        }

        return new ModelTensor(values, shape);
    }

    private static FeatureSchema? Find(InputSchema schema, string name) => schema.Features.FirstOrDefault(feature => feature.Name == name);
}
