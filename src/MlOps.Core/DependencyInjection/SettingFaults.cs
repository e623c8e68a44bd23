using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using MlOps.Metrics;

namespace MlOps.DependencyInjection;

/// <summary>Compares a configuration section with the shape of its options and collects all faults.</summary>
internal sealed class SettingFaults
{
    private const int MaxListed = 20;

    /// <summary>Gets the messages about values and shapes that cannot be bound, by setting path.</summary>
    public SortedDictionary<string, string> Errors { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the messages about unknown keys.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>Compares a section with a shape.</summary>
    /// <param name="section">The section.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="path">The path of the section in the spelling of the options. Environment variables may be uppercase.</param>
    public void Find(IConfigurationSection section, SettingShape shape, string path)
    {
        var children = section.GetChildren().ToArray();
        if (shape.IsAny)
        {
            return;
        }

        if (shape.Value is { } type)
        {
            FindInValue(section.Value, children, type, path);
        }
        else if (!string.IsNullOrEmpty(section.Value))
        {
            Errors[path] = shape.Element is null
                ? $"{path} is a single value, but must be an object with settings. Write it as {Example(path, shape)}."
                : $"{path} is {Show(section.Value)}, but must be a list. Write it as {Example(path, shape, section.Value)}, or set '{path}:0'.";
        }
        else if (shape.Element is not null)
        {
            FindInList(children, shape.Element, path);
        }
        else if (IsList(children) && !shape.Settings.ContainsKey(children[0].Key))
        {
            Errors[path] = $"{path} is a list, but must be an object with settings. Write it as {Example(path, shape)}.";
        }
        else
        {
            FindInObject(children, shape, path);
        }
    }

    private static bool IsList(IConfigurationSection[] children) =>
        children.Length > 0
        && Enumerable.Range(0, children.Length).All(index => Array.Exists(children, child => child.Key == index.ToString(CultureInfo.InvariantCulture)));

    private static string NameOf(string path) => path[(path.LastIndexOf(':') + 1)..];

    private static string Show(string text) => SettingText.IsShown(text) ? $"the string '{text}'" : "a string";

    private static string Example(string path, SettingShape shape, string? text = null)
    {
        var example = new StringBuilder($"\"{NameOf(path)}\": ");
        Append(shape, depth: 0);
        return example.ToString();

        void Append(SettingShape value, int depth)
        {
            if (value.Element is { } element)
            {
                var item = element.Value is not { } type ? "…"
                    : text is not null && SettingText.IsShown(text) ? $"\"{text}\""
                    : SettingValue.GetExample(type);
                example.Append(CultureInfo.InvariantCulture, $"[ {item} ]");
            }
            else if (value.Value is { } type)
            {
                example.Append(SettingValue.GetExample(type));
            }
            else
            {
                var (name, inner) = value.Settings.FirstOrDefault() is { Key: not null } first
                    ? (first.Key, first.Value)
                    : ("<name>", value.Free?.Invoke(EmptySection) ?? SettingShape.Any);
                example.Append("{ ");
                if (!inner.IsAny && depth < 2)
                {
                    example.Append(CultureInfo.InvariantCulture, $"\"{name}\": ");
                    Append(inner, depth + 1);
                }
                else
                {
                    example.Append('…');
                }

                example.Append(" }");
            }
        }
    }

    private static IConfigurationSection EmptySection { get; } = new ConfigurationBuilder().Build().GetSection("Example");

    /// <summary>Finds a setting with the name in a nested section, for a key on the wrong level.</summary>
    private static string? FindBelow(string name, SettingShape shape)
    {
        foreach (var (section, inner) in shape.Settings.Where(static setting => setting.Value.Value is null))
        {
            var setting = inner.Settings.Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? FindBelow(name, inner);
            if (setting is not null)
            {
                return $"{section}:{setting}";
            }
        }

        return null;
    }

    private void FindInValue(string? text, IConfigurationSection[] children, Type type, string path)
    {
        if (children.Length > 0)
        {
            var shape = IsList(children) ? "a list" : "an object";
            Errors[path] = $"{path} is {shape}, but must be a single value: {SettingValue.Describe(type)}. "
                + $"Write it as \"{NameOf(path)}\": {SettingValue.GetExample(type)}.";
        }
        else if (text is not null && SettingValue.FindFault(type, text) is { } fault)
        {
            Errors[path] = $"{path} {fault}";
        }
    }

    private void FindInList(IConfigurationSection[] children, SettingShape element, string path)
    {
        if (Array.Find(children, static child => !int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } named)
        {
            Errors[path] = $"{path} is an object with '{named.Key}', but must be a list. "
                + $"Write it as \"{NameOf(path)}\": [ {(element.Value is { } type ? SettingValue.GetExample(type) : "…")} ].";
            return;
        }

        foreach (var child in children)
        {
            if (element.Value is { } value && child.Value is null && !child.GetChildren().Any())
            {
                Errors[$"{path}:{child.Key}"] = $"{path}:{child.Key} is null. Set it to {SettingValue.Describe(value)}, or remove it from the list.";
                continue;
            }

            Find(child, element, $"{path}:{child.Key}");
        }
    }

    private void FindInObject(IConfigurationSection[] children, SettingShape shape, string path)
    {
        foreach (var child in children)
        {
            if (shape.Settings.TryGetValue(child.Key, out var setting))
            {
                Find(child, setting, $"{path}:{shape.Settings.Keys.First(name => name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))}");
            }
            else if (shape.Free?.Invoke(child) is { } free)
            {
                Find(child, free, $"{path}:{child.Key}");
            }
            else
            {
                Unknown.Add(DescribeUnknown($"{path}:{child.Key}", child.Key, shape, path));
            }
        }
    }

    private static string DescribeUnknown(string path, string name, SettingShape shape, string parent)
    {
        // Earlier versions had one setting for the actor in each capability.
        if (name.Equals(nameof(MlOpsOptions.Actor), StringComparison.OrdinalIgnoreCase) || name.Equals("Author", StringComparison.OrdinalIgnoreCase))
        {
            return $"'{path}' is not a known setting. Did you mean '{MlOpsOptions.SectionName}:{nameof(MlOpsOptions.Actor)}', "
                + "which sets the actor of all changes? Rename the key.";
        }

        // Earlier versions limited the number of files. A process that restarts often reached that limit with hardly any data.
        if (name.Equals("MaxFiles", StringComparison.OrdinalIgnoreCase) && shape.Settings.ContainsKey(nameof(JsonLinesSinkOptions.MaxTotalSize)))
        {
            return $"'{path}' is no longer a setting. Set '{parent}:{nameof(JsonLinesSinkOptions.MaxTotalSize)}' to a number of bytes, or "
                + $"'{parent}:{nameof(JsonLinesSinkOptions.MaxAge)}' to a time, and remove the key.";
        }

        var nearest = SettingNames.FindNearest(name, shape.Settings.Keys) ?? FindBelow(name, shape);
        var names = nearest is null && shape.Settings.Count is > 0 and <= MaxListed
            ? $" The settings of '{parent}' are {SettingNames.List(shape.Settings.Keys)}."
            : "";
        return $"'{path}' is not a known setting.{(nearest is null ? names : $" Did you mean '{parent}:{nearest}'?")} Rename or remove the key.";
    }
}
