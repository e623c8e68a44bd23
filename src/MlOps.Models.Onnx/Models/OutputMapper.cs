using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Finds which outputs of a model properties stand for.</summary>
internal sealed class OutputMapper(
    LoadedOnnxModel model, IReadOnlyList<FeatureProperty> properties, Func<string, bool, MappingFault?> findUnusable, List<MappingFault> faults)
{
    private string Names => string.Join(", ", model.Outputs.Select(static output => $"'{output.Name}'"));

    /// <summary>Maps every property that can be set; of the outputs only those that one stands for.</summary>
    public List<MappedTensor> Map(Type type)
    {
        var before = faults.Count;
        List<MappedTensor> mapped =
        [
            .. from property in properties
               where property.Property.SetMethod is { IsPublic: true }
               let output = Find(property)
               where output is not null
               group property by output into mapping
               select new MappedTensor(mapping.Key with { IsPerCall = mapping.Key.IsPerCall || mapping.Any(static property => property.IsPerCall) },
                   [.. mapping]),
        ];
        faults.AddRange(model.Outputs
            .Select(output => findUnusable(output.Name, mapped.Exists(mapping => mapping.Tensor.Name == output.Name)))
            .OfType<MappingFault>());
        if (mapped.Count == 0 && faults.Count == before)
        {
            faults.Add(new MappingFault($"type '{type.Name}'", $"a property for at least one of the outputs {Names}", "none"));
        }

        return mapped;
    }

    private OnnxTensor? Find(FeatureProperty property)
    {
        var output = Array.Find(model.Outputs, output => output.Name == property.Name)
            ?? Array.Find(model.Outputs, output => FeatureProperty.Find([property], output.Name) is not null);
        if (FindFault(property, output) is { } fault)
        {
            faults.Add(fault);
            return null;
        }

        return output;
    }

    private MappingFault? FindFault(FeatureProperty property, OnnxTensor? output)
    {
        MappingFault Fault(string expected, string found) => new(property.ToString(), expected, found);

        return output switch
        {
            null => Fault($"one of the outputs {Names}", $"'{property.Name}'"),
            { Type: null } => Fault("an output that is a tensor, or a sequence of maps from classes to probabilities",
                $"'{output.Name}', {output.Description}"),
            { IsMappable: false } => Fault("values of a type that .NET has (export the model again with Float32)", output.Description),
            _ when property.IsTensor => property.Index is null ? null : Fault($"one {output.Type}, for it has an index", "a ModelTensor"),
            _ when property.Type is null => FindDictionaryFault(property, output),
            _ when !FeatureTypes.CanRepresent(property.Type.Value, output.Type!.Value) =>
                Fault($"{output.Type} (or a type that holds every value of it)", $"{property.Type}"),
            { Width: { } width } when property.Index >= width => Fault($"an index below {width}", $"{property.Index}"),
            { Width: not null and not 1 } when property is { IsArray: false, Index: null } => Fault($"an array of {output.Width} {output.Type}, or [Feature(\"{output.Name}\", Index = …)]", $"one {property.Type}"),
            _ when property is { IsArray: true, Index: not null } => Fault($"one {output.Type}, for it has an index", "an array"),
            _ => null,
        };
    }

    private static MappingFault? FindDictionaryFault(FeatureProperty property, OnnxTensor output) => output.Keys switch
    {
        null => new MappingFault(property.ToString(), $"an array or a ModelTensor for {output.Description}",
            "a dictionary, which only probabilities by class have"),
        _ when property.Index is not null => new MappingFault(property.ToString(), $"one {output.Type}, for it has an index", "a dictionary"),
        FeatureType.String when property.Property.PropertyType == typeof(Dictionary<long, float>) =>
            new MappingFault(property.ToString(), "a Dictionary<string, float>, for the classes have names", "a Dictionary<long, float>"),
        _ => null,
    };
}
