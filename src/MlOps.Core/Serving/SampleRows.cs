using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using MlOps.Models;
using MlOps.Providers;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Creates sample rows of an input type from the golden examples of a version, or from its schema if it has none.</summary>
internal sealed class SampleRows<
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput>
    where TInput : class
{
    private readonly LocalVersion _local;
    private readonly ModelSignature _model;
    private readonly InputSchema _schema;
    private readonly IReadOnlyList<FeatureProperty> _properties =
    [
        .. FeatureProperty.Of<TInput>().Where(static property => property.Property.SetMethod is not null),
    ];
    private readonly Dictionary<FeatureProperty, FeatureSchema> _features;

    public SampleRows(LocalVersion local, ModelSignature model, InputSchema schema)
    {
        _local = local;
        _model = model;
        _schema = schema;
        _features = FeatureBinding.Find(schema.Features, _properties).GroupBy(static binding => binding.Property)
            .ToDictionary(static group => group.Key, static group => group.First().Feature);

        // Rows are incomplete if an input maps to a field or to a property of a type of the model library, because such members are not set.
        IsComplete = schema.Features.All(feature =>
            _features.ContainsValue(feature) || _model.Inputs.Any(input => input.IsOptional && input.Name == feature.Name));
    }

    /// <summary>Gets a value indicating whether the rows are golden examples.</summary>
    public bool AreGolden => _local.Examples.Count > 0;

    /// <summary>Gets a value indicating whether the rows have a value for each input.</summary>
    public bool IsComplete { get; }

    /// <summary>Creates the rows lazily.</summary>
    public IEnumerable<TInput> Create() => AreGolden
        ? _local.Examples.Select(Create)
        : SampleValues.Lengths.Take(_properties.Any(HasDynamicLength) ? SampleValues.Lengths.Count : 1).Select(CreateFromSchema);

    /// <summary>Creates copies of a row. In each copy, one value is replaced by a value that the schema probably rejects.</summary>
    public IEnumerable<TInput> CreateInvalid(TInput row)
    {
        foreach (var property in _properties.Where(static property => property is { IsArray: false, Type: not null }))
        {
            var invalid = Clone(row);
            object? value = property.Type switch
            {
                FeatureType.Float32 => float.NaN,
                FeatureType.Float64 => double.NaN,
                FeatureType.Float16 => Half.NaN,
                FeatureType.String => null,
                _ when property.IsNullable => null,
                _ when _features.GetValueOrDefault(property)?.Maximum is { } maximum && maximum < sbyte.MaxValue =>
                    TensorJson.Read(JsonValue.Create(sbyte.MaxValue), property.Type!.Value),
                _ => property.Property.GetValue(invalid),
            };
            property.Property.SetValue(invalid, value);
            yield return invalid;
        }
    }

    private static TInput Clone(TInput row)
    {
        var clone = (TInput)RuntimeHelpers.GetUninitializedObject(typeof(TInput));
        foreach (var property in typeof(TInput).GetProperties()
            .Where(static property => property is { CanRead: true, SetMethod: not null } && property.GetIndexParameters().Length == 0))
        {
            property.SetValue(clone, property.GetValue(row));
        }

        return clone;
    }

    private TInput CreateFromSchema(int length)
    {
        var row = (TInput)RuntimeHelpers.GetUninitializedObject(typeof(TInput));
        foreach (var property in _properties)
        {
            if (property.IsTensor)
            {
                property.Property.SetValue(row, InputOf(property) is { } input ? SampleTensors.Create(input, _schema, length) : null);
            }
            else if (property.Type is { } type)
            {
                var feature = _features.GetValueOrDefault(property);
                property.Property.SetValue(
                    row,
                    property.IsArray ? Cast(SampleValues.CreateArray(type, CountOf(property, length), feature), property) : SampleValues.Create(type, feature));
            }
        }

        return row;
    }

    private TInput Create(GoldenExample example)
    {
        var row = CreateFromSchema(length: 1);
        foreach (var (name, json) in example.Inputs)
        {
            Fill(row, name, json);
        }

        return row;
    }

    /// <summary>Sets the properties that map to one input of an example: one property for all its values, or one property for each value.</summary>
    private void Fill(TInput row, string name, JsonNode? json)
    {
        if (json is JsonArray { Count: > 1 } rows && rows[0] is JsonArray
            && _model.Inputs.FirstOrDefault(input => input.Name == name) is { Shape: [null, ..] } input && IsNested(rows, input.Shape.Count))
        {
            json = rows[0]; // use the first row of an example with several rows
        }

        JsonValue?[] values = [.. TensorJson.Flatten(json)];
        if (FeatureProperty.Find(_properties, name) is { } whole)
        {
            SetValue(row, whole, json, values);
        }

        var registered = _local.Metadata.Signature is { } signature && signature.Inputs.Count == values.Length ? signature.Inputs : null;
        for (var index = 0; index < values.Length && values.Length > 1; index++)
        {
            var column = registered is null ? null : FeatureProperty.Find(_properties, registered[index].Name);
            if ((_properties.FirstOrDefault(property => property.Index == index && property.Name == name) ?? column) is { IsArray: false } part)
            {
                SetValue(row, part, values[index], [values[index]]);
            }
        }
    }

    private static bool IsNested(JsonNode? json, int depth) => depth == 0 || (json is JsonArray array && (array.Count == 0 || IsNested(array[0], depth - 1)));

    private void SetValue(TInput row, FeatureProperty property, JsonNode? json, JsonValue?[] values)
    {
        if (property.IsTensor)
        {
            property.Property.SetValue(row, InputOf(property) is { } input ? TensorJson.Read(json, input) : null);
        }
        else if (property is { IsArray: true, Type: { } element })
        {
            property.Property.SetValue(row, Cast(Array.ConvertAll(values, value => TensorJson.Read(value, element)), property));
        }
        else if (values is [var value, ..] && property.Type is { } type)
        {
            property.Property.SetValue(row, value is null && (property.IsNullable || type == FeatureType.String) ? null : TensorJson.Read(value, type));
        }
    }

    private static Array Cast(Array values, FeatureProperty property)
    {
        var array = Array.CreateInstanceFromArrayType(property.Property.PropertyType, values.Length);
        Array.Copy(values, array, values.Length);
        return array;
    }

    /// <summary>Determines whether neither the model nor the schema fixes the number of values of a property.</summary>
    private bool HasDynamicLength(FeatureProperty property) =>
        property.IsTensor ? InputOf(property) is { } input && SampleTensors.HasDynamicLength(input)
        : property.IsArray && CountOf(property, length: 1) != CountOf(property, length: 2);

    /// <summary>Gets the number of values of an array.</summary>
    /// <param name="property">The property.</param>
    /// <param name="length">The length of dynamic dimensions.</param>
    private int CountOf(FeatureProperty property, int length)
    {
        var shape = property.Shape?.Select(dimension => dimension < 0 ? length : dimension);
        if (shape is null && _features.GetValueOrDefault(property)?.Count is { } count)
        {
            return SampleValues.CountOf([count]);
        }

        return SampleValues.CountOf(shape ?? (InputOf(property) is { } input ? SampleTensors.ShapeOf(input, length) : [length]));
    }

    private ModelFeature? InputOf(FeatureProperty property) => _model.Inputs.FirstOrDefault(input => FeatureProperty.Find([property], input.Name) is not null);
}
