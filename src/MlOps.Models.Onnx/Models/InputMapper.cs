using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Maps the inputs of a model to properties.</summary>
internal sealed class InputMapper(
    LoadedOnnxModel model, IReadOnlyList<FeatureProperty> properties, Func<string, bool, MappingFault?> findUnusable, List<MappingFault> faults)
{
    private readonly RegisteredColumns _columns = new(model);

    public List<MappedTensor> Map()
    {
        List<MappedTensor> tensors = [.. model.Inputs.Select(Find), .. model.OptionalInputs.Select(FindOptional).OfType<MappedTensor>()];
        faults.AddRange(tensors.SelectMany(static tensor => tensor.Properties).GroupBy(static property => property).Where(static group => group.Count() > 1)
            .Select(static group => new MappingFault(
                group.Key.ToString(),
                "a single input (specify its name with [Feature], and Index for one element of a tensor)",
                "several inputs with the same letters and digits")));
        return tensors;
    }

    private MappedTensor Find(OnnxTensor tensor)
    {
        if (!tensor.IsMappable)
        {
            return AddFault(tensor,
                new MappingFault($"input '{tensor.Name}'", "a type that .NET supports (export the model again with Float32)", tensor.Description));
        }

        if (FeatureProperty.Find(properties, tensor.Name) is { } whole)
        {
            return FindWhole(tensor, whole);
        }

        FeatureProperty[] indexed = [.. properties.Where(property => property.Index is not null && property.Name == tensor.Name)
            .OrderBy(static property => property.Index)];
        return new MappedTensor(tensor, indexed.Length > 0 ? FindIndexed(tensor, indexed) : FindRegistered(tensor));
    }

    private MappedTensor? FindOptional(OnnxTensor tensor)
    {
        if (FeatureProperty.Find(properties, tensor.Name) is { } whole)
        {
            return FindWhole(tensor, whole);
        }

        if (findUnusable(tensor.Name, false) is { } unusable)
        {
            faults.Add(unusable);
        }

        return null;
    }

    private MappedTensor FindWhole(OnnxTensor tensor, FeatureProperty property)
    {
        if (findUnusable(tensor.Name, true) is { } unusable)
        {
            faults.Add(unusable);
        }

        if (property.IsTensor)
        {
            return new MappedTensor(tensor, [property]);
        }

        if (property.Type is null)
        {
            return AddFault(tensor, new MappingFault(property.ToString(), $"{tensor.Description} (declare an array, or a ModelTensor)", "a dictionary"));
        }

        tensor = tensor with { IsPerCall = tensor.IsPerCall || property.IsPerCall };
        return new MappedTensor(Shape(tensor, property) is { } shaped ? RequireWhole(shaped, property) : tensor, [property]);
    }

    /// <summary>Replaces variable dimensions of the model by those of the shape of a property.</summary>
    private OnnxTensor? Shape(OnnxTensor tensor, FeatureProperty property)
    {
        if (property.Shape is not { } own)
        {
            return tensor;
        }

        IReadOnlyList<long> shape = [.. tensor.IsPerCall ? [] : tensor.Shape.Take(1), .. own.Select(static length => Math.Max(length, -1))];
        if (tensor.Accepts(shape))
        {
            return tensor.WithShape(shape);
        }

        faults.Add(new MappingFault(property.ToString(),
            $"a Shape that fits {tensor.Description}{(tensor.IsPerCall ? "" : ", without the dimension of the rows")}", $"[{string.Join(", ", own)}]"));
        return null;
    }

    private OnnxTensor RequireWhole(OnnxTensor tensor, FeatureProperty property)
    {
        RequireType(tensor, property);
        if (property.IsArray && tensor.Shape.Count == (tensor.IsPerCall ? 0 : 1))
        {
            faults.Add(new MappingFault(property.ToString(), "a single value", "an array"));
        }
        else if (property.IsArray && tensor.HasSeveralFreeLengths)
        {
            faults.Add(new MappingFault(
                property.ToString(),
                $"[Feature(Shape = …)] with the dimensions of {tensor.Description}, one of which may be -1 (or a ModelTensor)",
                "an array, which does not specify several dimensions"));
        }
        else if (!property.IsArray && tensor.Width is not null and not 1)
        {
            faults.Add(new MappingFault(property.ToString(), $"an array of {tensor.Width} {tensor.Type}", $"a single {property.Type}"));
        }

        return tensor;
    }

    private FeatureProperty[] FindIndexed(OnnxTensor tensor, FeatureProperty[] indexed)
    {
        var width = tensor.Width ?? indexed.Length;
        var missing = LongRange(width).Except(indexed.Select(static property => (long)property.Index!.Value)).ToArray();
        if (missing.Length > 0)
        {
            faults.Add(findUnusable(tensor.Name, true)
                ?? new MappingFault($"input '{tensor.Name}'", $"a property [Feature(\"{tensor.Name}\", Index = …)] for each of {width} values",
                    $"none for {string.Join(", ", missing)}"));
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

    private List<FeatureProperty> FindRegistered(OnnxTensor tensor)
    {
        if (_columns.Find(tensor, out var reason) is not { } names)
        {
            faults.Add(findUnusable(tensor.Name, false) ?? new MappingFault($"input '{tensor.Name}'", Needed(tensor), $"no property{reason}"));
            return [];
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
                faults.Add(findUnusable(name, false) ?? new MappingFault(
                    $"input '{name}'", $"{tensor.Type}", properties.Any(other => FeatureProperty.NamesMatch(other.Name, name))
                        ? "several properties with the same letters and digits" : "no property"));
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
            faults.Add(new MappingFault(property.ToString(), $"a single {tensor.Type}", "an array"));
        }
    }

    private void RequireType(OnnxTensor tensor, FeatureProperty property)
    {
        var (needed, given) = (tensor.Type!.Value, property.Type);
        if (given is null || !(FeatureTypes.CanRepresent(needed, given.Value)
            || (property.AllowNarrowing && OnnxElementTypes.IsFloat(needed) && OnnxElementTypes.IsNumber(given.Value))))
        {
            var canRound = given is not null && OnnxElementTypes.IsFloat(needed) && OnnxElementTypes.IsNumber(given.Value);
            var remedy = canRound ? "; [Feature(AllowNarrowing = true)] rounds" : "";
            faults.Add(new MappingFault(property.ToString(), $"{tensor.Type} (or a type that converts to it without loss{remedy})",
                given?.ToString() ?? property.Property.PropertyType.Name));
        }
    }

    private MappedTensor AddFault(OnnxTensor tensor, MappingFault fault)
    {
        faults.Add(fault);
        return new MappedTensor(tensor, []);
    }

    private static IEnumerable<long> LongRange(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return i;
        }
    }
}
