using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Makes rows of a caller's type to warm a model up with: of its golden examples, or else of zeros and empty texts.</summary>
internal static class SampleRows
{
    public static TInput Create<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput>(
        ModelSignature model, ModelSignature? registered, GoldenExample? example)
        where TInput : class
    {
        var row = (TInput)RuntimeHelpers.GetUninitializedObject(typeof(TInput));
        FeatureProperty[] properties = [.. FeatureProperty.Of<TInput>().Where(static property => property.Type is not null)];
        foreach (var property in properties.Where(static property => property.Property.SetMethod is not null))
        {
            var feature = model.Inputs.FirstOrDefault(input => FeatureProperty.Find([property], input.Name) is not null);
            if (property.IsArray)
            {
                Set(row, property, Array.CreateInstanceFromArrayType(property.Property.PropertyType, LengthOf(feature)));
            }
            else if (property.Type == FeatureType.String)
            {
                Set(row, property, "");
            }
        }

        foreach (var (name, json) in example?.Inputs ?? [])
        {
            Fill(row, properties, name, json, registered);
        }

        return row;
    }

    /// <summary>Sets what stands for a feature; what does not fit stays as it is, since warming up needs no right values.</summary>
    private static void Fill(object row, IReadOnlyList<FeatureProperty> properties, string name, JsonNode? json, ModelSignature? registered)
    {
        var values = TensorJson.Flatten(json).ToArray();
        if (FeatureProperty.Find(properties, name) is { IsArray: false } scalar && values.Length > 0)
        {
            SetValue(row, scalar, values[0]);
        }

        for (var index = 0; index < values.Length; index++)
        {
            var column = registered?.Inputs.Count == values.Length ? FeatureProperty.Find(properties, registered.Inputs[index].Name) : null;
            if ((properties.FirstOrDefault(property => property.Index == index && property.Name == name) ?? column) is { IsArray: false } part)
            {
                SetValue(row, part, values[index]);
            }
        }
    }

    private static void SetValue(object row, FeatureProperty property, JsonValue? value)
    {
        try
        {
            Set(row, property, TensorJson.Read(value, property.Type!.Value));
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            // A zero warms up as well.
        }
    }

    private static void Set(object row, FeatureProperty property, object value)
    {
        if (property.Property.SetMethod is not null)
        {
            property.Property.SetValue(row, value);
        }
    }

    private static int LengthOf(ModelFeature? feature) => (int)(feature?.Shape.Skip(1).Aggregate(1L, static (product, length) => product * (length ?? 1)) ?? 1);
}
