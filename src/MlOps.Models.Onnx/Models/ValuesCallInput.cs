using System.Reflection;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Reads an input from an array property, or from one property for each value.</summary>
internal sealed class ValuesCallInput<TInput, T>(OnnxTensor tensor, IReadOnlyList<FeatureProperty> properties, RowReader<TInput, T> reader)
    : CallInput<TInput>(tensor)
{
    private readonly Func<TInput, bool>? _isGiven = tensor.IsOptional ? PresenceOf(properties[0].Property) : null;
    private RowWidth _width = new(tensor);

    public override ModelTensor? Read(TInput row)
    {
        if (_isGiven?.Invoke(row) is false)
        {
            return null;
        }

        _width.Measure(reader, row);
        var values = new T[_width.Value];
        reader.Read(row, values);
        return new ModelTensor(values, Tensor.ShapeOf(1, values.Length));
    }

    /// <summary>Creates a check that a property is not null, or returns <see langword="null"/> if its type is not nullable.</summary>
    private static Func<TInput, bool>? PresenceOf(PropertyInfo property) =>
        property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null ? null : row => property.GetValue(row) is not null;
}
