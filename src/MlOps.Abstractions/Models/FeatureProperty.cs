using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MlOps.Models;

/// <summary>A property of a caller's type that can stand for an input or output of a model.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FeatureProperty
{
    /// <summary>The attributes by which types of rows for ML.NET name their columns and leave some out, told by their names, so that nothing here needs ML.NET.</summary>
    private const string ColumnNameAttribute = "Microsoft.ML.Data.ColumnNameAttribute";

    private const string NoColumnAttribute = "Microsoft.ML.Data.NoColumnAttribute";

    private readonly bool _isNamed;

    private FeatureProperty(PropertyInfo property, FeatureType type)
    {
        var attribute = property.GetCustomAttribute<FeatureAttribute>();
        var name = attribute?.Name ?? FindColumnName(property);
        _isNamed = name is not null;
        Property = property;
        Type = type;
        Name = name ?? property.Name;
        Index = attribute is { Index: >= 0 } ? attribute.Index : null;
        IsArray = property.PropertyType.IsArray;
        IsNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null;
    }

    /// <summary>Gets the property.</summary>
    public PropertyInfo Property { get; }

    /// <summary>Gets the name of the feature: what <see cref="FeatureAttribute"/> says, or else ML.NET's <c>ColumnNameAttribute</c>, or else the property's own.</summary>
    public string Name { get; }

    /// <summary>Gets which value of a row of the tensor the property is; <see langword="null"/> for the whole row.</summary>
    public int? Index { get; }

    /// <summary>Gets the type of the value, or of an array's elements.</summary>
    public FeatureType Type { get; }

    /// <summary>Gets a value indicating whether the property is an array: a row of several values.</summary>
    public bool IsArray { get; }

    /// <summary>Gets a value indicating whether the property is a nullable number, whose null is a missing value.</summary>
    public bool IsNullable { get; }

    /// <summary>Finds the properties of a type that can stand for features: public ones with a getter, of a type that <see cref="FeatureType"/> names, nullable or not, or of one-dimensional arrays of such, and not marked by ML.NET's <c>NoColumnAttribute</c>.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The properties, in the order of their declaration.</returns>
    public static IReadOnlyList<FeatureProperty> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>() =>
    [
        .. from property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && FindAttribute(property, NoColumnAttribute) is null
           let type = FeatureTypes.Find(ElementOf(property.PropertyType))
           where type is not null
           select new FeatureProperty(property, type.Value),
    ];

    /// <summary>Finds the property that stands for a whole feature.</summary>
    /// <param name="properties">The properties.</param>
    /// <param name="feature">The feature's name.</param>
    /// <returns>The one whose name is exactly that, or else but for case, or else in letters and digits; <see langword="null"/> if there is none, or if several are alike.</returns>
    public static FeatureProperty? Find(IEnumerable<FeatureProperty> properties, string feature)
    {
        var candidates = properties.Where(static property => property.Index is null).ToArray();
        return Array.Find(candidates, property => string.Equals(property.Name, feature, StringComparison.Ordinal))
            ?? FindOnly(candidates, property => string.Equals(property.Name, feature, StringComparison.OrdinalIgnoreCase))
            ?? FindOnly(candidates, property => AreAlike(property.Name, feature));
    }

    /// <summary>Tells whether two names are the same in letters and digits, without regard to case.</summary>
    /// <param name="one">A name, such as <c>SepalLengthCm</c>.</param>
    /// <param name="other">Another, such as <c>sepal length (cm)</c>.</param>
    /// <returns>Whether they are.</returns>
    public static bool AreAlike(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Bare(one).Equals(Bare(other), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Names the property, for messages.</summary>
    /// <returns>Such as <c>property 'Age'</c>.</returns>
    public override string ToString() => $"property '{Property.Name}'";

    private static FeatureProperty? FindOnly(FeatureProperty[] candidates, Func<FeatureProperty, bool> isAlike) =>
        candidates.Where(property => !property._isNamed && isAlike(property)).Take(2).ToArray() is [var only] ? only : null;

    private static string? FindColumnName(PropertyInfo property) =>
        FindAttribute(property, ColumnNameAttribute)?.ConstructorArguments is [{ Value: string name }] ? name : null;

    private static CustomAttributeData? FindAttribute(PropertyInfo property, string name) => property.CustomAttributes.FirstOrDefault(data => data.AttributeType.FullName == name);

    private static Type ElementOf(Type type) => type switch
    {
        { IsSZArray: true } => type.GetElementType()!,
        _ => Nullable.GetUnderlyingType(type) ?? type,
    };

    private static string Bare(string name) => string.Concat(name.Where(char.IsLetterOrDigit));
}
