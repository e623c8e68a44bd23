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

    private FeatureProperty(PropertyInfo property)
    {
        var attribute = property.GetCustomAttribute<FeatureAttribute>();
        var name = attribute?.Name ?? FindColumnName(property);
        _isNamed = name is not null;
        Property = property;
        Type = FeatureTypes.Find(ElementOf(property.PropertyType));
        Name = name ?? property.Name;
        Index = attribute is { Index: >= 0 } ? attribute.Index : null;
        IsArray = property.PropertyType.IsArray;
        IsNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null;
        AllowNarrowing = attribute is { AllowNarrowing: true };
        Shape = attribute?.Shape;
        IsPerCall = attribute is { PerCall: true };
    }

    /// <summary>Gets the property.</summary>
    public PropertyInfo Property { get; }

    /// <summary>Gets the name of the feature: what <see cref="FeatureAttribute"/> says, or else ML.NET's <c>ColumnNameAttribute</c>, or else the property's own.</summary>
    public string Name { get; }

    /// <summary>Gets which value of a row of the tensor the property is; <see langword="null"/> for the whole row.</summary>
    public int? Index { get; }

    /// <summary>Gets the type of the value, or of an array's elements.</summary>
    /// <value><see langword="null"/> for a <see cref="ModelTensor"/>, whose type is that of its values, and for a dictionary of values by class.</value>
    public FeatureType? Type { get; }

    /// <summary>Gets a value indicating whether the property is an array: a row of several values.</summary>
    public bool IsArray { get; }

    /// <summary>Gets a value indicating whether the property is a nullable number, whose null is a missing value.</summary>
    public bool IsNullable { get; }

    /// <summary>Gets a value indicating whether the property is a <see cref="ModelTensor"/>.</summary>
    public bool IsTensor => Property.PropertyType == typeof(ModelTensor);

    /// <summary>Gets a value indicating whether values may be rounded to the type of the input: <see cref="FeatureAttribute.AllowNarrowing"/>.</summary>
    public bool AllowNarrowing { get; }

    /// <summary>Gets the shape of an array's values: <see cref="FeatureAttribute.Shape"/>.</summary>
    /// <value><see langword="null"/> for the shape that the model specifies.</value>
    public IReadOnlyList<long>? Shape { get; }

    /// <summary>
    /// Gets a value indicating whether the input is given once for each call instead of once for each row: <see cref="FeatureAttribute.PerCall"/>.
    /// </summary>
    public bool IsPerCall { get; }

    /// <summary>Finds the properties of a type that can stand for features.</summary>
    /// <remarks>
    /// These are public properties with a public getter, not marked with ML.NET's <c>NoColumnAttribute</c>, of a type that <see cref="FeatureType"/> names,
    /// nullable or not, of a one-dimensional array of such a type, of <see cref="ModelTensor"/>, or of a dictionary of <see cref="float"/> by
    /// <see cref="string"/> or <see cref="long"/>.
    /// </remarks>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The properties, in the order of their declaration.</returns>
    public static IReadOnlyList<FeatureProperty> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>() =>
    [
        .. from property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !IsExcluded(property)
               && UnusableMember.IsUsable(property.PropertyType)
           select new FeatureProperty(property),
    ];

    /// <summary>Finds a member whose name is that of a feature and that cannot be used.</summary>
    /// <remarks>Such members are properties of another type, properties that are not public or have no public getter or setter, and public fields.</remarks>
    /// <typeparam name="T">The type that has the member.</typeparam>
    /// <param name="feature">The name of the input or output.</param>
    /// <param name="isOutput"><see langword="true"/> for an output, whose property needs a public setter.</param>
    /// <param name="isMapped"><see langword="true"/> if another property is mapped to the feature: then only members that an attribute gives the name of the
    /// feature are found.</param>
    /// <returns>The member, the requirement and the reason; <see langword="null"/> if there is no such member.</returns>
    public static MappingFault? FindUnusable<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        string feature, bool isOutput, bool isMapped = false)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return UnusableMember.Find(typeof(T), feature, isOutput, isMapped);
    }

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

    /// <summary>Finds the name that an attribute gives a member.</summary>
    internal static string? FindColumnName(MemberInfo member) =>
        FindAttribute(member, ColumnNameAttribute)?.ConstructorArguments is [{ Value: string name }] ? name : null;

    internal static bool IsExcluded(MemberInfo member) => FindAttribute(member, NoColumnAttribute) is not null;

    /// <summary>Gets the type of one value of a property's type.</summary>
    internal static Type ElementOf(Type type) => type switch
    {
        { IsSZArray: true } => type.GetElementType()!,
        _ => Nullable.GetUnderlyingType(type) ?? type,
    };

    private static CustomAttributeData? FindAttribute(MemberInfo member, string name) =>
        member.CustomAttributes.FirstOrDefault(data => data.AttributeType.FullName == name);

    private static string Bare(string name) => string.Concat(name.Where(char.IsLetterOrDigit));
}
