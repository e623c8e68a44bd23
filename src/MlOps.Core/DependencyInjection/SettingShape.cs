using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>The expected shape of a section: a value, a list, or an object with settings and user-defined names.</summary>
internal sealed class SettingShape
{
    /// <summary>The members of an options class that binding and validation require.</summary>
    public const DynamicallyAccessedMemberTypes Members =
        DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties;

    private static readonly Type[] s_maps = [typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>), typeof(Dictionary<,>)];

    private static readonly Type[] s_lists =
    [
        typeof(IList<>), typeof(IReadOnlyList<>), typeof(ICollection<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>), typeof(List<>),
        typeof(ISet<>), typeof(IReadOnlySet<>), typeof(HashSet<>),
    ];

    private readonly Lazy<Dictionary<string, SettingShape>> _settings;

    private SettingShape(Func<Dictionary<string, SettingShape>> settings) => _settings = new Lazy<Dictionary<string, SettingShape>>(settings);

    /// <summary>Gets a shape that matches every section.</summary>
    public static SettingShape Any { get; } = new(static () => []) { IsAny = true };

    /// <summary>Gets a value indicating whether the shape matches every section.</summary>
    public bool IsAny { get; private init; }

    /// <summary>Gets the type of the value; <see langword="null"/> if the shape is not a value.</summary>
    public Type? Value { get; private init; }

    /// <summary>Gets the shape of the list elements; <see langword="null"/> if the shape is not a list.</summary>
    public SettingShape? Element { get; private init; }

    /// <summary>Gets the shapes of the settings of an object, by name in the spelling of the options.</summary>
    public Dictionary<string, SettingShape> Settings => _settings.Value;

    /// <summary>Gets or sets a function that returns the shape of a section with a user-defined name.</summary>
    /// <value>The value, or the result of the function, is <see langword="null"/> if user-defined names are not allowed.</value>
    public Func<IConfigurationSection, SettingShape?>? Free { get; set; }

    /// <summary>Gets the shape of a string.</summary>
    public static SettingShape Text { get; } = new(static () => []) { Value = typeof(string) };

    /// <summary>Creates the shape of an object without settings.</summary>
    public static SettingShape Create() => Create(static () => []);

    /// <summary>Creates the shape of an options class from the properties that the configuration binder sets.</summary>
    public static SettingShape Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>() =>
        Create(static () => Read(typeof(TOptions)));

    /// <summary>Adds the settings of another shape to this one.</summary>
    public SettingShape With(SettingShape other)
    {
        foreach (var (name, shape) in other.Settings)
        {
            Settings[name] = shape;
        }

        return this;
    }

    private static SettingShape Create(Func<Dictionary<string, SettingShape>> settings) => new(() => new(settings(), StringComparer.OrdinalIgnoreCase));

    private static Dictionary<string, SettingShape> Read([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type)
    {
        var shapes =
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property.GetIndexParameters().Length == 0
            let shape = OfType(property.PropertyType)
            where shape is not null && (property.SetMethod is { IsPublic: true } || (shape.Value is null && property.CanRead))
            select (Name: property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name, Shape: shape);
        return shapes.ToDictionary(static item => item.Name, static item => item.Shape);
    }

    /// <summary>Gets the shape of a property type.</summary>
    /// <returns>The shape, or <see langword="null"/> if the binder does not support the type.</returns>
    private static SettingShape? OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (SettingValue.IsValue(type))
        {
            return new SettingShape(static () => []) { Value = type };
        }

        if (type.IsArray)
        {
            return OfType(type.GetElementType()!) is { } element ? new SettingShape(static () => []) { Element = element } : null;
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (s_maps.Contains(definition))
        {
            return OfType(type.GenericTypeArguments[1]) is not { } value ? null : new SettingShape(static () => []) { Free = _ => value };
        }

        if (s_lists.Contains(definition))
        {
            return OfType(type.GenericTypeArguments[0]) is { } element ? new SettingShape(static () => []) { Element = element } : null;
        }

        return typeof(IEnumerable).IsAssignableFrom(type) ? Any : OfObject(type);
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(StorageOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(PromotionPolicy))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(MetricBounds))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(MetricsSinkOptions))]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification =
        "The dynamic dependencies keep the nested options of the library. Other nested options are not read if trimming may have removed them.")]
    private static SettingShape? OfObject(Type type)
    {
        if (type.IsAbstract || type.IsInterface || type.IsPointer || typeof(Delegate).IsAssignableFrom(type) || type == typeof(object))
        {
            return null;
        }

        return RuntimeFeature.IsDynamicCodeSupported || type.Assembly == typeof(SettingShape).Assembly ? Create(() => Read(type)) : Any;
    }
}
