namespace MlOps.Models;

/// <summary>Finds which properties stand for which inputs of a model.</summary>
internal sealed class InputMapper(LoadedOnnxModel model, IReadOnlyList<FeatureProperty> properties, List<MappingFault> faults)
{
    private readonly RegisteredColumns _columns = new(model);

    public List<MappedTensor> Map()
    {
        List<MappedTensor> tensors = [.. model.Inputs.Select(tensor => new MappedTensor(tensor, Find(tensor)))];
        faults.AddRange(tensors.SelectMany(static tensor => tensor.Properties).GroupBy(static property => property).Where(static group => group.Count() > 1)
            .Select(static group => new MappingFault(group.Key.ToString(), "one input for it to stand for (name it with [Feature], and its Index for one value of several)", "several that are the same in letters and digits")));
        return tensors;
    }

    private IReadOnlyList<FeatureProperty> Find(OnnxTensor tensor)
    {
        var input = $"input '{tensor.Name}'";
        if (!tensor.IsMappable)
        {
            return Refuse(input, "values of a type that .NET has (export the model again with Float32)", tensor.Description);
        }

        if (!tensor.HasRows)
        {
            return Refuse(input, "a first dimension of any length, or of 1, for the rows (export the model again with a dynamic batch dimension)", tensor.Description);
        }

        if (FeatureProperty.Find(properties, tensor.Name) is { } whole)
        {
            return [RequireWhole(tensor, whole)];
        }

        FeatureProperty[] indexed = [.. properties.Where(property => property.Index is not null && property.Name == tensor.Name).OrderBy(static property => property.Index)];
        return indexed.Length > 0 ? FindIndexed(tensor, indexed) : FindRegistered(tensor);
    }

    private FeatureProperty RequireWhole(OnnxTensor tensor, FeatureProperty property)
    {
        RequireType(tensor, property);
        if (property.IsArray && tensor.Shape.Count == 1)
        {
            faults.Add(new MappingFault(property.ToString(), "one value", "an array"));
        }
        else if (property.IsArray && tensor.Shape.Skip(1).Count(static length => length < 0) > 1)
        {
            faults.Add(new MappingFault(property.ToString(), $"{tensor.Description} with at most one dimension of any length besides that of the rows", "an array, which does not say the lengths of several"));
        }
        else if (!property.IsArray && tensor.Width is not null and not 1)
        {
            faults.Add(new MappingFault(property.ToString(), $"an array of {tensor.Width} {tensor.Type}", $"one {property.Type}"));
        }

        return property;
    }

    private FeatureProperty[] FindIndexed(OnnxTensor tensor, FeatureProperty[] indexed)
    {
        var width = tensor.Width ?? indexed.Length;
        var missing = LongRange(width).Except(indexed.Select(static property => (long)property.Index!.Value)).ToArray();
        if (missing.Length > 0)
        {
            faults.Add(new MappingFault($"input '{tensor.Name}'", $"a property [Feature(\"{tensor.Name}\", Index = …)] for each of {width} values", $"none for {string.Join(", ", missing)}"));
        }

        foreach (var property in indexed)
        {
            RequireOne(tensor, property);
            if (property.Index >= width)
            {
                faults.Add(new MappingFault(property.ToString(), $"an index below {width}", $"{property.Index}"));
            }
        }

        foreach (var group in indexed.GroupBy(static property => property.Index).Where(static group => group.Count() > 1))
        {
            faults.Add(new MappingFault($"input '{tensor.Name}'", $"one property for the value {group.Key}", string.Join(" and ", group)));
        }

        return indexed;
    }

    private IReadOnlyList<FeatureProperty> FindRegistered(OnnxTensor tensor)
    {
        if (_columns.Find(tensor, out var reason) is not { } names)
        {
            return Refuse($"input '{tensor.Name}'", Needed(tensor), $"no property{reason}");
        }

        var found = new List<FeatureProperty>();
        foreach (var name in names)
        {
            if (FeatureProperty.Find(properties, name) is { } property)
            {
                RequireOne(tensor, property);
                found.Add(property);
            }
            else
            {
                faults.Add(new MappingFault($"input '{name}'", $"{tensor.Type}", properties.Any(other => FeatureProperty.AreAlike(other.Name, name)) ? "several properties that are alike" : "no property"));
            }
        }

        return found;
    }

    private static string Needed(OnnxTensor tensor) => tensor.Width == 1
        ? $"a property of {tensor.Type}"
        : $"a property that is an array of {tensor.Width?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any number of"} {tensor.Type}, "
            + $"or properties [Feature(\"{tensor.Name}\", Index = …)], or a registered signature that names the columns";

    private void RequireOne(OnnxTensor tensor, FeatureProperty property)
    {
        RequireType(tensor, property);
        if (property.IsArray)
        {
            faults.Add(new MappingFault(property.ToString(), $"one {tensor.Type}", "an array"));
        }
    }

    private void RequireType(OnnxTensor tensor, FeatureProperty property)
    {
        if (!FeatureTypes.Holds(tensor.Type!.Value, property.Type!.Value))
        {
            faults.Add(new MappingFault(property.ToString(), $"{tensor.Type} (or what it holds every value of)", $"{property.Type}"));
        }
    }

    private FeatureProperty[] Refuse(string member, string expected, string found)
    {
        faults.Add(new MappingFault(member, expected, found));
        return [];
    }

    private static IEnumerable<long> LongRange(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return i;
        }
    }
}
