using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Data;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>A property or field of the input or output type.</summary>
/// <remarks>Its name is that of <see cref="FeatureAttribute"/>, or else of <see cref="ColumnNameAttribute"/> of ML.NET, or else of the member.</remarks>
internal sealed class RowMember
{
    private readonly bool _isProperty;

    private RowMember(MemberInfo member, Type type, bool canRead, bool canWrite)
    {
        Member = member;
        Type = type;
        CanRead = canRead;
        CanWrite = canWrite;
        _isProperty = member is PropertyInfo;
        var feature = member.GetCustomAttribute<FeatureAttribute>();
        var column = feature?.Name ?? FindColumnName(member);
        IsNamed = column is not null;
        Name = column ?? member.Name;
        AllowNarrowing = feature is { AllowNarrowing: true };
        Index = feature is { Index: >= 0 } ? feature.Index : null;
        var isBuffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        IsVector = type.IsSZArray || isBuffer;
        ElementType = type.IsSZArray ? type.GetElementType()! : isBuffer ? type.GetGenericArguments()[0] : type;
        ValueType = Nullable.GetUnderlyingType(ElementType) ?? ElementType;
    }

    public MemberInfo Member { get; }

    public string Name { get; }

    public bool IsNamed { get; }

    /// <summary>Gets the index of the element of a vector, or <see langword="null"/> for a whole column.</summary>
    public int? Index { get; }

    public Type Type { get; }

    public bool IsVector { get; }

    /// <summary>Gets the type of one element, which may be nullable.</summary>
    public Type ElementType { get; }

    /// <summary>Gets the type of one element without nullability.</summary>
    public Type ValueType { get; }

    /// <summary>Gets a value indicating whether numbers may be rounded to the type of an input.</summary>
    public bool AllowNarrowing { get; }

    public bool CanRead { get; }

    public bool CanWrite { get; }

    /// <summary>Gets a value indicating whether the member can be mapped to an output.</summary>
    public bool CanBeOutput => CanRead && CanWrite && CanBeColumn;

    /// <summary>Finds the public fields and all properties of a type.</summary>
    /// <remarks>Members that cannot be read are included, because they are reported if they have the name of an input or output.</remarks>
    public static RowMember[] Of(Type type) =>
    [
        .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
           where property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(NoColumnAttribute))
           select new RowMember(property, property.PropertyType, property.GetMethod is { IsPublic: true }, property.SetMethod is { IsPublic: true }),
        .. from field in type.GetFields(BindingFlags.Public | BindingFlags.Instance)
           where !field.IsDefined(typeof(NoColumnAttribute))
           select new RowMember(field, field.FieldType, canRead: true, !field.IsInitOnly),
    ];

    /// <summary>Gets a value indicating whether the member has an explicit name or a type that a column can have.</summary>
    public bool CanBeColumn => IsNamed || HasColumnType;

    /// <summary>Gets a value indicating whether the member has a type that a column can have.</summary>
    public bool HasColumnType => ModelColumn.Find(ValueType) is not null;

    /// <summary>Determines whether the member matches a name by the rules of <see cref="FeatureAttribute"/>.</summary>
    public bool Matches(string name) => IsNamed ? IsExactly(name) : FeatureProperty.NamesMatch(Name, name);

    public bool IsExactly(string name) => string.Equals(Name, name, StringComparison.Ordinal);

    public Expression Of(Expression row) => Expression.MakeMemberAccess(row, Member);

    public string Describe() => HasColumnType ? ModelColumn.Describe(ModelColumn.NameOf(ValueType), IsVector, size: 0) : TypeNames.Of(Type);

    /// <summary>Creates the fault of a member that has the name of a column but cannot be mapped to it.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isOutput"><see langword="true"/> for an output.</param>
    /// <param name="isValue"><see langword="true"/> for a member that represents one element of a vector.</param>
    public MappingFault ToFault(ModelColumn column, bool isOutput, bool isValue) => this switch
    {
        { CanRead: false } => new(ToString(), "a public property with a public getter", "no public getter"),
        { CanWrite: false, _isProperty: true } when isOutput => new(ToString(), "a public setter", "no public setter"),
        { CanWrite: false } when isOutput => new(ToString(), "a field that can be set", "a read-only field"),
        _ => new(
            ToString(),
            $"{(isValue ? column.TypeName : column.Describe())} (declare it {column.ToDeclaration(isOutput, isValue)}{Exemption(isOutput)})",
            Describe()),
    };

    private static string Exemption(bool isOutput) => isOutput ? ", or mark it with [NoColumn]" : "";

    public override string ToString() => $"{(_isProperty ? "property" : "field")} '{Member.Name}'";

    // The attribute has no public property for the name.
    private static string? FindColumnName(MemberInfo member) =>
        member.CustomAttributes.FirstOrDefault(static data => data.AttributeType == typeof(ColumnNameAttribute))?.ConstructorArguments[0].Value as string;
}
