using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MlOps.Models;

namespace MlOps.Providers;

/// <summary>Finds members that have the name of a feature but cannot be mapped, with the reason.</summary>
internal static class UnusableMember
{
    private const string UsableTypes = "a number, bool, string, an array of these, or a ModelTensor";

    /// <summary>Determines whether a property of a type can be mapped to a feature.</summary>
    public static bool IsUsable(Type type) =>
        type == typeof(ModelTensor) || type == typeof(Dictionary<string, float>) || type == typeof(Dictionary<long, float>)
            || FeatureTypes.Find(FeatureProperty.ElementOf(type)) is not null;

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Trimmed members are not reported. Predictions do not use them.")]
    public static MappingFault? Find(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, string feature, bool isOutput, bool isMapped)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(property => IsNamed(property, feature, isMapped) && property.GetIndexParameters().Length == 0)
            .Select(property => FindFault(property, isOutput));
        var fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Where(field => IsNamed(field, feature, isMapped))
            .Select(static field => new MappingFault($"field '{field.Name}'", "a public property", "a field"));
        return properties.Concat(fields).FirstOrDefault(static fault => fault is not null);
    }

    private static bool IsNamed(MemberInfo member, string feature, bool isMapped)
    {
        var name = member.GetCustomAttribute<FeatureAttribute>()?.Name ?? FeatureProperty.FindColumnName(member);
        return !FeatureProperty.IsExcluded(member) && (name is null ? !isMapped && FeatureProperty.NamesMatch(member.Name, feature) : name == feature);
    }

    private static MappingFault? FindFault(PropertyInfo property, bool isOutput)
    {
        MappingFault Fault(string expected, string found) => new($"property '{property.Name}'", expected, found);

        return property switch
        {
            { GetMethod: null or { IsPublic: false } } => Fault("a public property with a public getter", "no public getter"),
            _ when isOutput && property.SetMethod is not { IsPublic: true } => Fault("a property with a public setter", "no public setter"),
            _ when !IsUsable(property.PropertyType) => Fault($"{UsableTypes} ({Remedy(property.PropertyType)})", Describe(property.PropertyType)),
            _ => null,
        };
    }

    private static string Remedy(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsArray: true } or { IsGenericType: true } =>
            "declare a one-dimensional array such as float[], with [Feature(Shape = …)] for several dimensions, or a ModelTensor",
        { IsEnum: true } => "declare its number, such as long, or its name as string",
        var other when other == typeof(decimal) => "declare double or float, or convert the value in another property that has [Feature]",
        var other when other == typeof(DateTime) || other == typeof(DateOnly) || other == typeof(TimeOnly) || other == typeof(TimeSpan) =>
            "declare the number that the model was trained with, such as days or seconds",
        _ => "convert the value in another property that has [Feature]",
    };

    private static string Describe(Type type) => type switch
    {
        { IsArray: true } => $"{Describe(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]",
        { IsGenericType: true } =>
            $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Describe))}>",
        { IsEnum: true } => $"the enum {type.Name}",
        _ => type.Name,
    };
}
