namespace MlOps.Models;

/// <summary>Finds which outputs of a model properties stand for.</summary>
internal sealed class OutputMapper(LoadedOnnxModel model, IReadOnlyList<FeatureProperty> properties, List<MappingFault> faults)
{
    /// <summary>Maps every property that can be set; of the outputs only those that one stands for.</summary>
    public List<MappedTensor> Map() =>
    [
        .. from property in properties
           where property.Property.SetMethod is { IsPublic: true }
           let output = Find(property)
           where output is not null
           group property by output into mapped
           select new MappedTensor(mapped.Key, [.. mapped]),
    ];

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
            null => Fault($"one of the outputs {string.Join(", ", model.Outputs.Select(static output => $"'{output.Name}'"))}", $"'{property.Name}'"),
            { Type: null } => Fault("an output that is a tensor", $"'{output.Name}', {output.Description}; of scikit-learn's classifiers, convert the model with zipmap=False"),
            { IsMappable: false } => Fault("values of a type that .NET has (export the model again with Float32)", output.Description),
            _ when !FeatureTypes.Holds(property.Type!.Value, output.Type!.Value) => Fault($"{output.Type} (or a type that holds every value of it)", $"{property.Type}"),
            { Shape: [not -1 and not 1, ..] } => Fault("a first dimension of any length, or of 1, for the rows", output.Description),
            { Width: { } width } when property.Index >= width => Fault($"an index below {width}", $"{property.Index}"),
            { Width: not null and not 1 } when property is { IsArray: false, Index: null } => Fault($"an array of {output.Width} {output.Type}, or [Feature(\"{output.Name}\", Index = …)]", $"one {property.Type}"),
            _ when property is { IsArray: true, Index: not null } => Fault($"one {output.Type}, for it has an index", "an array"),
            _ => null,
        };
    }
}
