using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Maps properties to the outputs of a model.</summary>
internal sealed class OutputMapper(
    LoadedOnnxModel model, IReadOnlyList<FeatureProperty> properties, Func<string, bool, MappingFault?> findUnusable, List<MappingFault> faults)
{
    private string Names => string.Join(", ", model.Outputs.Select(static output => $"'{output.Name}'"));

    /// <summary>Maps all properties that can be set. Outputs without a property are ignored.</summary>
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
            { IsMappable: false } => Fault("a type that .NET supports (export the model again with Float32)", output.Description),
            _ when property.IsTensor => property.Index is null ? null : Fault($"a single {output.Type}, because it has an index", "a ModelTensor"),
            _ when property.Type is null => FindDictionaryFault(property, output),
            _ when !FeatureTypes.CanRepresent(property.Type.Value, output.Type!.Value) =>
                Fault($"{output.Type} (or a type to which it converts without loss)", $"{property.Type}"),
            { Width: { } width } when property.Index >= width => Fault($"an index below {width}", $"{property.Index}"),
            { Width: not null and not 1 } when property is { IsArray: false, Index: null } =>
                Fault($"an array of {output.Width} {output.Type}, or [Feature(\"{output.Name}\", Index = …)]", $"a single {property.Type}"),
            _ when property is { IsArray: true, Index: not null } => Fault($"a single {output.Type}, because it has an index", "an array"),
            _ => null,
        };
    }

    private static MappingFault? FindDictionaryFault(FeatureProperty property, OnnxTensor output) => output.Keys switch
    {
        null => new MappingFault(property.ToString(), $"an array or a ModelTensor for {output.Description}",
            "a dictionary, which is supported only for probabilities by class"),
        _ when property.Index is not null => new MappingFault(property.ToString(), $"a single {output.Type}, because it has an index", "a dictionary"),
        FeatureType.String when property.Property.PropertyType == typeof(Dictionary<long, float>) =>
            new MappingFault(property.ToString(), "a Dictionary<string, float>, because the classes are strings", "a Dictionary<long, float>"),
        _ => null,
    };
}
