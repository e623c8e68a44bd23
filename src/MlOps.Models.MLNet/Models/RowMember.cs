using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>A property or field of a caller's type, named by <see cref="FeatureAttribute"/>, by ML.NET's <see cref="ColumnNameAttribute"/> or by itself.</summary>
internal sealed class RowMember
{
    private readonly bool _isProperty;

    private RowMember(MemberInfo member, Type type, bool canWrite)
    {
        Member = member;
        Type = type;
        CanWrite = canWrite;
        _isProperty = member is PropertyInfo;
        var feature = member.GetCustomAttribute<FeatureAttribute>();
        var column = feature?.Name ?? FindColumnName(member);
        IsNamed = column is not null;
        Name = column ?? member.Name;
        Index = feature is { Index: >= 0 } ? feature.Index : null;
        var isBuffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        IsVector = type.IsSZArray || isBuffer;
        ElementType = type.IsSZArray ? type.GetElementType()! : isBuffer ? type.GetGenericArguments()[0] : type;
        ValueType = Nullable.GetUnderlyingType(ElementType) ?? ElementType;
    }

    public MemberInfo Member { get; }

    public string Name { get; }

    public bool IsNamed { get; }

    /// <summary>Gets which value of a vector it is; <see langword="null"/> for a whole column.</summary>
    public int? Index { get; }

    public Type Type { get; }

    public bool IsVector { get; }

    /// <summary>Gets the type of one value, which may be a nullable one.</summary>
    public Type ElementType { get; }

    /// <summary>Gets the type of one value that is there.</summary>
    public Type ValueType { get; }

    public bool CanWrite { get; }

    public static RowMember[] Of(Type type) =>
    [
        .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(NoColumnAttribute))
           select new RowMember(property, property.PropertyType, property.SetMethod is { IsPublic: true }),
        .. from field in type.GetFields(BindingFlags.Public | BindingFlags.Instance)
           where !field.IsDefined(typeof(NoColumnAttribute))
           select new RowMember(field, field.FieldType, !field.IsInitOnly),
    ];

    /// <summary>Tells whether it can stand for a column at all: a property of another type, such as a list of warnings, is the caller's own affair.</summary>
    public bool CanBeColumn => IsNamed || ModelColumn.Find(ValueType) is not null;

    /// <summary>Tells whether it stands for a name, compared as <see cref="FeatureAttribute"/> says.</summary>
    public bool Matches(string name) => IsNamed ? IsExactly(name) : FeatureProperty.AreAlike(Name, name);

    public bool IsExactly(string name) => string.Equals(Name, name, StringComparison.Ordinal);

    public Expression Of(Expression row) => Expression.MakeMemberAccess(row, Member);

    public string Describe() => ModelColumn.Describe(ModelColumn.NameOf(ValueType), IsVector, size: 0);

    public override string ToString() => $"{(_isProperty ? "property" : "field")} '{Member.Name}'";

    // The attribute keeps the name to itself.
    private static string? FindColumnName(MemberInfo member) =>
        member.CustomAttributes.FirstOrDefault(static data => data.AttributeType == typeof(ColumnNameAttribute))?.ConstructorArguments[0].Value as string;
}
