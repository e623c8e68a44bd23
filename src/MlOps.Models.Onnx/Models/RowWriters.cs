using System.Globalization;
using System.Numerics;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Creates writers of properties. Reflection is used only when a writer is created.</summary>
internal static class RowWriters
{
    public static RowWriter<TOutput, T> OfNumbers<TOutput, T>(FeatureProperty property)
        where T : unmanaged, INumberBase<T> =>
            OnnxElementTypes.Visit<Visitor<TOutput, T>, RowWriter<TOutput, T>>(property.Type!.Value, new Visitor<TOutput, T>(property));

    public static RowWriter<TOutput, bool> OfBooleans<TOutput>(FeatureProperty property)
    {
        if (property.IsArray)
        {
            return Array<TOutput, bool, bool>(property, static value => value);
        }

        return property.IsNullable ? Nullable<TOutput, bool, bool>(property, static value => value) : Scalar(property, Set<TOutput, bool>(property));
    }

    public static RowWriter<TOutput, string> OfTexts<TOutput>(FeatureProperty property) =>
        property.IsArray ? Array<TOutput, string, string>(property, static value => value) : Scalar(property, Set<TOutput, string>(property));

    public static RowWriter<TOutput, float> OfClasses<TOutput>(FeatureProperty property) => property.Property.PropertyType switch
    {
        var type when type == typeof(Dictionary<string, float>) => Dictionary<TOutput, string>(property, static label => label),
        var type when type == typeof(Dictionary<long, float>) =>
            Dictionary<TOutput, long>(property, static label => long.Parse(label, CultureInfo.InvariantCulture)),
        _ => OfNumbers<TOutput, float>(property),
    };

    private static DictionaryWriter<TOutput, TKey> Dictionary<TOutput, TKey>(FeatureProperty property, Converter<string, TKey> parse)
        where TKey : notnull =>
        new(property.Property.GetMethod!.CreateDelegate<Func<TOutput, Dictionary<TKey, float>?>>(), Set<TOutput, Dictionary<TKey, float>>(property), parse);

    private static Action<TOutput, TProperty> Set<TOutput, TProperty>(FeatureProperty property) =>
        property.Property.SetMethod!.CreateDelegate<Action<TOutput, TProperty>>();

    private static ScalarWriter<TOutput, T> Scalar<TOutput, T>(FeatureProperty property, Action<TOutput, T> setter) => new(setter, property.Index);

    private static ScalarWriter<TOutput, T> Nullable<TOutput, T, TProperty>(FeatureProperty property, Func<T, TProperty> convert)
        where TProperty : struct
    {
        var setter = Set<TOutput, TProperty?>(property);
        return Scalar<TOutput, T>(property, (output, value) => setter(output, convert(value)));
    }

    private static ArrayWriter<TOutput, T, TProperty> Array<TOutput, T, TProperty>(FeatureProperty property, Func<T, TProperty> convert) =>
        new(property.Property.GetMethod!.CreateDelegate<Func<TOutput, TProperty[]?>>(), Set<TOutput, TProperty[]>(property), convert);

    private readonly struct Visitor<TOutput, T>(FeatureProperty property) : INumberVisitor<RowWriter<TOutput, T>>
        where T : unmanaged, INumberBase<T>
    {
        public RowWriter<TOutput, T> Visit<TProperty>()
            where TProperty : unmanaged, INumberBase<TProperty>
        {
            if (property.IsArray)
            {
                return Array<TOutput, T, TProperty>(property, TProperty.CreateTruncating);
            }

            if (property.IsNullable)
            {
                return Nullable<TOutput, T, TProperty>(property, TProperty.CreateTruncating);
            }

            var setter = Set<TOutput, TProperty>(property);
            return Scalar(property, setter is Action<TOutput, T> same ? same : (output, value) => setter(output, TProperty.CreateTruncating(value)));
        }
    }
}
