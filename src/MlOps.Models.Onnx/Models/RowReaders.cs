using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Creates readers of properties. Reflection is used only when a reader is created.</summary>
internal static class RowReaders
{
    /// <summary>Creates a reader of numbers from an array property, or from one property for each value.</summary>
    public static RowReader<TInput, T> OfNumbers<TInput, T>(IReadOnlyList<FeatureProperty> properties)
        where T : unmanaged, INumberBase<T> => properties is [{ IsArray: true } array]
            ? OnnxElementTypes.Visit<ArrayVisitor<TInput, T>, RowReader<TInput, T>>(array.Type!.Value, new ArrayVisitor<TInput, T>(array))
            : new ColumnsReader<TInput, T>(
                [.. properties.Select(static property =>
                    OnnxElementTypes.Visit<ColumnVisitor<TInput, T>, Func<TInput, T>>(property.Type!.Value, new ColumnVisitor<TInput, T>(property)))]);

    /// <summary>Creates a reader of Booleans.</summary>
    public static RowReader<TInput, bool> OfBooleans<TInput>(IReadOnlyList<FeatureProperty> properties) => properties is [{ IsArray: true } array]
        ? new ArrayReader<TInput, bool, bool>(array, Get<TInput, bool[]?>(array), static value => value)
        : new ColumnsReader<TInput, bool>([.. properties.Select(static property => property.IsNullable
            ? Required(property, Get<TInput, bool?>(property), static value => value)
            : Get<TInput, bool>(property))]);

    /// <summary>Creates a reader of strings.</summary>
    public static RowReader<TInput, string> OfTexts<TInput>(IReadOnlyList<FeatureProperty> properties)
    {
        if (properties is [{ IsArray: true } array])
        {
            return new ArrayReader<TInput, string?, string>(array, Get<TInput, string?[]?>(array), value => value ?? throw Missing(array));
        }

        return new ColumnsReader<TInput, string>([.. properties.Select(static property =>
        {
            var getter = Get<TInput, string?>(property);
            return (Func<TInput, string>)(row => getter(row) ?? throw Missing(property));
        })]);
    }

    private static Func<TInput, TProperty> Get<TInput, TProperty>(FeatureProperty property) =>
        property.Property.GetMethod!.CreateDelegate<Func<TInput, TProperty>>();

    private static Func<TInput, T> Required<TInput, TProperty, T>(FeatureProperty property, Func<TInput, TProperty?> getter, Func<TProperty, T> convert)
        where TProperty : struct => row => getter(row) is { } value ? convert(value) : throw Missing(property);

    private static ArgumentException Missing(FeatureProperty property) =>
        new($"{property} is null, but the model does not support missing values for it. Set it to a value.");

    [SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "The visitor is never compared.")]
    private readonly struct ColumnVisitor<TInput, T>(FeatureProperty property) : INumberVisitor<Func<TInput, T>>
        where T : unmanaged, INumberBase<T>
    {
        public Func<TInput, T> Visit<TProperty>()
            where TProperty : unmanaged, INumberBase<TProperty>
        {
            if (!property.IsNullable)
            {
                var getter = Get<TInput, TProperty>(property);
                return getter is Func<TInput, T> same ? same : row => T.CreateTruncating(getter(row));
            }

            var nullable = Get<TInput, TProperty?>(property);
            var missing = T.CreateTruncating(double.NaN);
            return T.IsNaN(missing)
                ? row => nullable(row) is { } value ? T.CreateTruncating(value) : missing
                : Required(property, nullable, T.CreateTruncating);
        }
    }

    private readonly struct ArrayVisitor<TInput, T>(FeatureProperty property) : INumberVisitor<RowReader<TInput, T>>
        where T : unmanaged, INumberBase<T>
    {
        public RowReader<TInput, T> Visit<TProperty>()
            where TProperty : unmanaged, INumberBase<TProperty> =>
            new ArrayReader<TInput, TProperty, T>(property, Get<TInput, TProperty[]?>(property), T.CreateTruncating);
    }
}
