using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MlOps.Models;

namespace MlOps.Providers;

/// <summary>A property of a row type that can be mapped to an input or output of a model.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[Experimental("MLOPS001")]
public sealed class FeatureProperty
{
    // Attributes of ML.NET row types. They are compared by name, because this assembly does not reference ML.NET.
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

    /// <summary>
    /// Gets the name of the feature: that of <see cref="FeatureAttribute"/>, that of the <c>ColumnNameAttribute</c> of ML.NET, or the property name.
    /// </summary>
    public string Name { get; }

    /// <summary>Gets the index of the value in a row of the tensor, or <see langword="null"/> for the whole row.</summary>
    public int? Index { get; }

    /// <summary>Gets the type of the value, or of the elements of an array.</summary>
    /// <value><see langword="null"/> for a <see cref="ModelTensor"/>, which has its own type, and for a dictionary of values by class.</value>
    public FeatureType? Type { get; }

    /// <summary>Gets a value indicating whether the property is an array.</summary>
    public bool IsArray { get; }

    /// <summary>Gets a value indicating whether the property is a nullable value type, where null is a missing value.</summary>
    public bool IsNullable { get; }

    /// <summary>Gets a value indicating whether the property is a <see cref="ModelTensor"/>.</summary>
    public bool IsTensor => Property.PropertyType == typeof(ModelTensor);

    /// <summary>Gets a value indicating whether values may be rounded to the type of the input. See <see cref="FeatureAttribute.AllowNarrowing"/>.</summary>
    public bool AllowNarrowing { get; }

    /// <summary>Gets the shape of an array. See <see cref="FeatureAttribute.Shape"/>.</summary>
    /// <value><see langword="null"/> for the shape that the model specifies.</value>
    public IReadOnlyList<long>? Shape { get; }

    /// <summary>
    /// Gets a value indicating whether the value is given once per call instead of once per row. See <see cref="FeatureAttribute.PerCall"/>.
    /// </summary>
    public bool IsPerCall { get; }

    /// <summary>Finds the properties of a type that can be mapped to features.</summary>
    /// <remarks>
    /// These are public properties that have a public getter and no <c>NoColumnAttribute</c> of ML.NET. Their type is one of <see cref="FeatureType"/>, its
    /// nullable form, a one-dimensional array of it, <see cref="ModelTensor"/>, or a dictionary of <see cref="float"/> with keys of type
    /// <see cref="string"/> or <see cref="long"/>.
    /// </remarks>
    /// <typeparam name="T">The row type.</typeparam>
    /// <returns>The properties in declaration order.</returns>
    public static IReadOnlyList<FeatureProperty> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>() =>
    [
        .. from property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !IsExcluded(property)
               && UnusableMember.IsUsable(property.PropertyType)
           select new FeatureProperty(property),
    ];

    /// <summary>Finds all public properties of a type with a public getter, including those whose type no model input can have.</summary>
    internal static FeatureProperty[] OfAnyType([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) =>
    [
        .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !IsExcluded(property)
           select new FeatureProperty(property),
    ];

    /// <summary>Finds a member that has the name of a feature but cannot be mapped.</summary>
    /// <remarks>Such members are properties of an unsupported type, properties without a public getter or setter, and public fields.</remarks>
    /// <typeparam name="T">The row type.</typeparam>
    /// <param name="feature">The name of the input or output.</param>
    /// <param name="isOutput"><see langword="true"/> for an output, which needs a public setter.</param>
    /// <param name="isMapped">
    /// <see langword="true"/> if another property is mapped to the feature. Then only members with an attribute of that name are found.
    /// </param>
    /// <returns>The mismatch, or <see langword="null"/> if there is no such member.</returns>
    public static MappingFault? FindUnusableMember<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        string feature, bool isOutput, bool isMapped = false)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return UnusableMember.Find(typeof(T), feature, isOutput, isMapped);
    }

    /// <summary>Finds the property that is mapped to a whole feature.</summary>
    /// <remarks>The order of preference is: an exact match, a match that ignores case, a match of letters and digits only.</remarks>
    /// <param name="properties">The properties.</param>
    /// <param name="feature">The name of the feature.</param>
    /// <returns>The property, or <see langword="null"/> if there is no match or an inexact match is ambiguous.</returns>
    public static FeatureProperty? Find(IEnumerable<FeatureProperty> properties, string feature)
    {
        var candidates = properties.Where(static property => property.Index is null).ToArray();
        return Array.Find(candidates, property => string.Equals(property.Name, feature, StringComparison.Ordinal))
            ?? FindUnique(candidates, property => string.Equals(property.Name, feature, StringComparison.OrdinalIgnoreCase))
            ?? FindUnique(candidates, property => NamesMatch(property.Name, feature));
    }

    /// <summary>Determines whether two names have the same letters and digits, without regard to case.</summary>
    /// <param name="one">The first name, such as <c>SepalLengthCm</c>.</param>
    /// <param name="other">The second name, such as <c>sepal length (cm)</c>.</param>
    /// <returns><see langword="true"/> if the names match.</returns>
    public static bool NamesMatch(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return GetLettersAndDigits(one).Equals(GetLettersAndDigits(other), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Returns a description of the property for error messages.</summary>
    /// <returns>The description, such as <c>property 'Age'</c>.</returns>
    public override string ToString() => $"property '{Property.Name}'";

    private static FeatureProperty? FindUnique(FeatureProperty[] candidates, Func<FeatureProperty, bool> matches) =>
        candidates.Where(property => !property._isNamed && matches(property)).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>Finds the column name in the attribute of a member.</summary>
    internal static string? FindColumnName(MemberInfo member) =>
        FindAttribute(member, ColumnNameAttribute)?.ConstructorArguments is [{ Value: string name }] ? name : null;

    internal static bool IsExcluded(MemberInfo member) => FindAttribute(member, NoColumnAttribute) is not null;

    /// <summary>Gets the element type of an array, the underlying type of a nullable type, or the type itself.</summary>
    internal static Type ElementOf(Type type) => type switch
    {
        { IsSZArray: true } => type.GetElementType()!,
        _ => Nullable.GetUnderlyingType(type) ?? type,
    };

    private static CustomAttributeData? FindAttribute(MemberInfo member, string name) =>
        member.CustomAttributes.FirstOrDefault(data => data.AttributeType.FullName == name);

    private static string GetLettersAndDigits(string name) => string.Concat(name.Where(char.IsLetterOrDigit));
}
