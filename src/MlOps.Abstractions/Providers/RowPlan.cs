using System.Globalization;
using System.Reflection;
using MlOps.Datasets;

namespace MlOps.Providers;

/// <summary>Assigns the properties of a row type to the columns of a batch.</summary>
internal sealed class RowPlan
{
    private readonly List<RowColumn> _columns = [];
    private readonly List<Item> _items = [];
    private readonly List<string> _warnings = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string[] _features;
    private readonly int _maxElements;

    public RowPlan(FeatureProperty[] properties, string[] features, object? sample, int maxElements)
    {
        _features = features;
        _maxElements = maxElements;
        foreach (var property in properties)
        {
            Add(property, properties, sample);
        }
    }

    public IReadOnlyList<RowColumn> Columns => _columns;

    public IReadOnlyList<Item> Items => _items;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Gets the name of an element of an array.</summary>
    public static string NameOf(string name, int element) => string.Create(CultureInfo.InvariantCulture, $"{name}[{element}]");

    private void Add(FeatureProperty property, FeatureProperty[] properties, object? sample)
    {
        var type = property.Property.PropertyType;
        if (type.IsSZArray)
        {
            AddArray(property, properties, sample);
        }
        else if (RowValue.IsText(Nullable.GetUnderlyingType(type) ?? type) is { } isText)
        {
            var name = property.Index is { } index ? NameOf(property.Name, index) : FindFeature(property, properties, _features) ?? property.Name;
            AddItem(property, [name], isText, length: null);
        }
        else
        {
            _warnings.Add($"The {property} has the type {type.Name}, which is not profiled. Add a property with a number, a Boolean, a date, an enum, a text, "
                + "or an array of these.");
        }
    }

    private void AddArray(FeatureProperty property, FeatureProperty[] properties, object? sample)
    {
        var element = property.Property.PropertyType.GetElementType()!;
        if (RowValue.IsText(Nullable.GetUnderlyingType(element) ?? element) is not { } isText)
        {
            _warnings.Add($"The {property} is an array of {element.Name}, which is not profiled. Add an array of numbers or texts.");
            return;
        }

        var bases = _features.Where(static feature => feature.EndsWith(']')).Select(static feature => feature[..feature.LastIndexOf('[')]).Distinct();
        var name = FindFeature(property, properties, [.. bases]) ?? property.Name;
        var known = _features.Count(feature => feature.StartsWith($"{name}[", StringComparison.Ordinal));
        var length = known > 0 ? known
            : sample is not null && property.Property.GetValue(sample) is Array array ? array.Length
            : property.Shape is { Count: > 0 } shape && shape.All(static size => size > 0) ? shape.Aggregate(1L, static (product, size) => product * size)
            : (long?)null;
        if (length is null)
        {
            _warnings.Add($"The {property} is an array of unknown length, and is not profiled. Pass a sample row, or set [Feature(Shape = …)].");
            return;
        }

        if (length > _maxElements)
        {
            _warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The {property} has {length} elements. Only the first {_maxElements} are profiled. Profile a summary of the array in another property."));
        }

        var count = (int)Math.Min(length.Value, _maxElements);
        AddItem(property, [.. Enumerable.Range(0, count).Select(index => NameOf(name, index))], isText, count);
    }

    private void AddItem(FeatureProperty property, string[] names, bool isText, int? length)
    {
        if (Array.Find(names, _names.Contains) is { } duplicate)
        {
            _warnings.Add($"The {property} is not profiled, because another property also has the name '{duplicate}'. Rename one of them with [Feature].");
            return;
        }

        _items.Add(new Item(property.Property, _columns.Count, isText, length));
        _columns.AddRange(names.Select(name => new RowColumn(name, isText)));
        _names.UnionWith(names);
    }

    private static string? FindFeature(FeatureProperty property, FeatureProperty[] properties, string[] features) =>
        Array.Find(features, feature => FeatureProperty.Find(properties, feature) == property);

    /// <summary>The columns of a property.</summary>
    /// <param name="Property">The property.</param>
    /// <param name="Column">The index of the first column.</param>
    /// <param name="IsText">Whether the values are texts.</param>
    /// <param name="Length">The number of columns of an array; <see langword="null"/> for one value.</param>
    internal sealed record Item(PropertyInfo Property, int Column, bool IsText, int? Length);
}
