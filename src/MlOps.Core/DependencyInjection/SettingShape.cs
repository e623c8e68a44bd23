using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>The shape that a section must have: a value, a list, or an object with settings and free names.</summary>
internal sealed class SettingShape
{
    /// <summary>The members of an options class that binding and its check need.</summary>
    public const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties;

    private static readonly Type[] s_maps = [typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>), typeof(Dictionary<,>)];

    private static readonly Type[] s_lists =
    [
        typeof(IList<>), typeof(IReadOnlyList<>), typeof(ICollection<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>), typeof(List<>), typeof(ISet<>), typeof(IReadOnlySet<>), typeof(HashSet<>),
    ];

    private readonly Lazy<Dictionary<string, SettingShape>> _settings;

    private SettingShape(Func<Dictionary<string, SettingShape>> settings) => _settings = new Lazy<Dictionary<string, SettingShape>>(settings);

    /// <summary>Gets a shape that holds for every section.</summary>
    public static SettingShape Any { get; } = new(static () => []) { IsAny = true };

    /// <summary>Gets a value indicating whether nothing is known of the shape.</summary>
    public bool IsAny { get; private init; }

    /// <summary>Gets the type of a value; <see langword="null"/> if the shape is none.</summary>
    public Type? Value { get; private init; }

    /// <summary>Gets the shape of the elements of a list; <see langword="null"/> if the shape is none.</summary>
    public SettingShape? Element { get; private init; }

    /// <summary>Gets the shapes of an object's settings by their names, in the options' own spelling.</summary>
    public Dictionary<string, SettingShape> Settings => _settings.Value;

    /// <summary>Gets or sets the shape of a section with a free name; <see langword="null"/>, or a result of <see langword="null"/>, if the name is not one.</summary>
    public Func<IConfigurationSection, SettingShape?>? Free { get; set; }

    /// <summary>Gets the shape of a text.</summary>
    public static SettingShape Text { get; } = new(static () => []) { Value = typeof(string) };

    /// <summary>Creates the shape of an object without settings.</summary>
    public static SettingShape Create() => Create(static () => []);

    /// <summary>Creates the shape of an options class from the properties that the configuration binder sets.</summary>
    public static SettingShape Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>() => Create(static () => Read(typeof(TOptions)));

    /// <summary>Adds the settings of another object to this one.</summary>
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

    /// <returns>The shape, or <see langword="null"/> for a type that the binder does not set.</returns>
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
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(MetricGate))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(MetricsSinkOptions))]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "The library's own nested options are kept by the dependencies above; others are not read where trimming may have cut them.")]
    private static SettingShape? OfObject(Type type)
    {
        if (type.IsAbstract || type.IsInterface || type.IsPointer || typeof(Delegate).IsAssignableFrom(type) || type == typeof(object))
        {
            return null;
        }

        return RuntimeFeature.IsDynamicCodeSupported || type.Assembly == typeof(SettingShape).Assembly ? Create(() => Read(type)) : Any;
    }
}
