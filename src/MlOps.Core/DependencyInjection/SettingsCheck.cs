using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Metrics;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>
/// Compares the section <c>MlOps</c> with the options of all registered capabilities, and finds wrong shapes, unknown keys and unregistered names.
/// </summary>
internal sealed class SettingsCheck(
    IServiceProvider services,
    MlOpsSettings settings,
    IEnumerable<SettingsSection> sections,
    IEnumerable<ArtifactStoreRegistration> stores,
    IEnumerable<ArtifactStoreType> storeTypes,
    IEnumerable<MetricsSinkType> sinks,
    IEnumerable<ServedModelRegistration> models,
    IEnumerable<ModelSection> modelSections)
{
    private const string Storage = "Storage";
    private const string Aliases = "Registry:Aliases";

    /// <summary>Gets the shape of an object with arbitrary settings.</summary>
    public static SettingShape AnyObject => CreateFree(static _ => SettingShape.Any);

    /// <summary>Finds all faults, and creates notes about unregistered names.</summary>
    public (SettingFaults Faults, IReadOnlyList<string> Notes) Run()
    {
        var faults = new SettingFaults();
        var notes = new List<string>();
        if (settings.Find("") is { } root)
        {
            faults.Find(root, CreateShape(), root.Path);
            CheckNames(root, faults.Unknown, notes);
            CheckStoreTypes(root.GetSection(Storage), faults, notes);
        }

        CheckRootKeys(faults.Unknown);
        faults.Unknown.AddRange(settings.FindReplaced().Distinct(StringComparer.OrdinalIgnoreCase).Select(static path =>
            $"'{path}' is set in the configuration of an earlier AddMlOps call, which the last call replaced. Pass the same configuration to all calls."));
        return (faults, notes);
    }

    private static SettingShape CreateFree(Func<IConfigurationSection, SettingShape?> free)
    {
        var shape = SettingShape.Create();
        shape.Free = free;
        return shape;
    }

    /// <summary>Gets a copy of the shape at a path. Shapes are copied because options share them.</summary>
    private static SettingShape GetOwn(SettingShape root, string path)
    {
        foreach (var name in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var own = SettingShape.Create();
            if (root.Settings.TryGetValue(name, out var shared))
            {
                own.With(shared).Free = shared.Free;
            }

            root.Settings[name] = own;
            root = own;
        }

        return root;
    }

    /// <summary>Finds misplaced keys next to the section <c>MlOps</c>: misspelled sections, and environment variables with single underscores.</summary>
    private void CheckRootKeys(List<string> unknown)
    {
        var names = CreateShape().Settings.Keys.ToArray();
        foreach (var key in settings.Configuration?.GetChildren().Select(static child => child.Key) ?? [])
        {
            if (SettingNames.IsMisspelling(key, MlOpsOptions.SectionName) && !key.Equals(MlOpsOptions.SectionName, StringComparison.OrdinalIgnoreCase))
            {
                unknown.Add($"'{key}' is not a known section. Did you mean '{MlOpsOptions.SectionName}'? Rename or remove the section.");
            }
            else if (key.Split('_', '.') is [var first, var second, _, ..]
                && first.Equals(MlOpsOptions.SectionName, StringComparison.OrdinalIgnoreCase) && names.Contains(second, StringComparer.OrdinalIgnoreCase))
            {
                var meant = key.Replace("_", "__", StringComparison.Ordinal).Replace(".", "__", StringComparison.Ordinal);
                unknown.Add($"'{key}' is not a known setting. Did you mean '{meant}'? "
                    + "Separate sections with two underscores in environment variables, and with ':' or nested objects in files.");
            }
        }
    }

    private SettingShape CreateShape()
    {
        var root = SettingShape.Create();
        foreach (var section in sections.OrderBy(static section => section.Path.Count(static character => character == ':'))
            .ThenBy(static section => section.Path.Length))
        {
            var own = GetOwn(root, section.Path).With(section.Shape);
            own.Free = section.Shape.Free;
        }

        foreach (var package in KnownPackage.All)
        {
            var (parent, name) = package.Path.Split(':') is [var first, var second] ? (GetOwn(root, first), second) : (root, package.Path);
            parent.Settings.TryAdd(name, AnyObject);
        }

        var storage = GetOwn(root, Storage);
        storage.Free = FindStoreShape;
        foreach (var store in stores)
        {
            GetOwn(storage, store.Key).Settings[ArtifactStoreType.Setting] = SettingShape.Text;
        }

        GetOwn(root, MetricsRegistration.SinksPath).Free = FindSinkShape;
        var served = GetOwn(root, ServedModelOptions.SectionName);
        served.Free = _ => CreateModelShape();
        foreach (var model in models)
        {
            served.Settings[model.Name] = CreateModelShape();
        }

        return root;
    }

    private SettingShape CreateModelShape()
    {
        var shape = SettingShape.Of<ServedModelOptions>();
        foreach (var package in KnownPackage.All.Where(static package => package.IsPerModel))
        {
            shape.Settings[package.Path] = AnyObject;
        }

        foreach (var section in modelSections)
        {
            shape.Settings[section.Name] = section.Shape;
        }

        return shape;
    }

    private SettingShape? FindStoreShape(IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            return null;
        }

        var type = storeTypes.FirstOrDefault(type => section[ArtifactStoreType.Setting] is { } name && type.HasName(name));
        var shape = SettingShape.Create().With(type?.Shape ?? AnyObject);
        shape.Settings[ArtifactStoreType.Setting] = SettingShape.Text;
        shape.Free = type is null ? static _ => SettingShape.Any : null;
        return shape;
    }

    private SettingShape FindSinkShape(IConfigurationSection section)
    {
        var type = section[nameof(MetricsSinkOptions.Type)] ?? section.Key;
        var shape = SettingShape.Create().With(SettingShape.Of<MetricsSinkOptions>());
        if (sinks.FirstOrDefault(sink => sink.HasName(type))?.Shape is { } own)
        {
            return shape.With(own);
        }

        shape.Free = static _ => SettingShape.Any;
        return shape;
    }

    private void CheckNames(IConfigurationSection root, List<string> unknown, List<string> notes)
    {
        var keys = stores.Select(static store => store.Key).ToArray();
        foreach (var (path, package) in KnownPackage.All.Select(static package => (package.Path, package)))
        {
            if (root.GetSection(path).Exists() && !sections.Any(section => section.Path == path))
            {
                notes.Add($"{root.Path}:{path} has settings, but its package is not registered. "
                    + $"Add the package {package.Name} and the call {package.Call}() to use them.");
            }
        }

        var known = KnownPackage.All.Select(static package => package.Path)
            .Where(static path => path.StartsWith(Storage, StringComparison.Ordinal)).Select(static path => path[(Storage.Length + 1)..]);
        Check(
            root.GetSection(Storage), keys, [nameof(MlOpsOptions.Storage.Provider), .. known], static name =>
                $"an Add…Storage(\"{name}\") call, or set its Type");
        Check(
            root.GetSection(ServedModelOptions.SectionName),
            [.. models.Select(static model => model.Name)],
            [],
            static name => $"AddModel<TInput, TOutput>(\"{name}\")");
        CheckSinks(root.GetSection(MetricsRegistration.SinksPath), [.. sinks.Select(static sink => sink.Name)]);

        // Gates do not require a served model. Therefore a program without models does not log a note for them.
        CheckAll(
            root.GetSection(Aliases),
            root.GetSection(Aliases).GetChildren(),
            GetServedAliases(),
            [],
            static name => $"a model whose Alias is '{name}'",
            models.Any() ? notes : []);

        void CheckSinks(IConfigurationSection section, string[] types) => CheckAll(
            section, section.GetChildren().Where(static sink => sink["Type"] is null), types, [], static name => $"AddMetricsSink(\"{name}\", …)", notes);

        void Check(IConfigurationSection section, string[] registered, string[] others, Func<string, string> call) => CheckAll(
            section,
            section.GetChildren().Where(static child => string.IsNullOrEmpty(child.Value) && child[ArtifactStoreType.Setting] is null),
            registered,
            others,
            call,
            notes);

        void CheckAll(
            IConfigurationSection section,
            IEnumerable<IConfigurationSection> children,
            string[] registered,
            string[] others,
            Func<string, string> call,
            List<string> notes)
        {
            string[] valid = [.. registered, .. others];
            foreach (var name in children.Select(static child => child.Key).Where(name => !valid.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                var meant = valid.FirstOrDefault(other => SettingNames.IsMisspelling(name, other)
                    && !section.GetChildren().Any(child => child.Key.Equals(other, StringComparison.OrdinalIgnoreCase)));
                if (meant is not null)
                {
                    unknown.Add($"The section '{section.Path}:{name}' has a name that is not registered. Did you mean '{section.Path}:{meant}'? "
                        + $"Rename or remove the section, or register the name with {call(name)}.");
                }
                else
                {
                    var names = registered.Length == 0 ? "No names are registered" : $"Registered names are {SettingNames.List(registered)}";
                    notes.Add($"{section.Path}:{name} has settings, but the name is not registered in this program. {names}. "
                        + $"Register it with {call(name)} to use them.");
                }
            }
        }
    }

    private void CheckStoreTypes(IConfigurationSection storage, SettingFaults faults, List<string> notes)
    {
        foreach (var section in storage.GetChildren())
        {
            if (section[ArtifactStoreType.Setting] is not { } type)
            {
                continue;
            }

            var path = $"{storage.Path}:{section.Key}";
            var store = stores.FirstOrDefault(store => store.HasKey(section.Key));
            if (store is not null)
            {
                if (!store.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
                {
                    faults.Errors[$"{path}:{ArtifactStoreType.Setting}"] =
                        $"{path}:{ArtifactStoreType.Setting} is '{type}', but code registers the store with the type '{store.Type}'. "
                        + $"Remove {ArtifactStoreType.Setting}, or use another key for one of the stores.";
                }
            }
            else if (storeTypes.Any(known => known.HasName(type)))
            {
                faults.Errors[path] = $"{path} adds a store of type '{type}', but was not in the configuration when stores were registered. "
                    + "Call services.AddMlOps(configuration) with the complete configuration before the Add…Storage calls.";
            }
            else if (KnownPackage.All.FirstOrDefault(package => package.Path.Equals($"{Storage}:{type}", StringComparison.OrdinalIgnoreCase)) is { } package)
            {
                notes.Add($"{path} is a store of type '{type}', which is not registered in this program. "
                    + $"Add the package {package.Name} and the call {package.Call}() to use it.");
            }
            else
            {
                var names = storeTypes.Select(static known => known.Name).ToArray();
                faults.Unknown.Add($"{path}:{ArtifactStoreType.Setting} is '{type}', which is not registered. Registered types are {SettingNames.List(names)}. "
                    + NearestName.Suggest(type, names)
                    + "Set it to one of these, or add the package and the Add…Storage call of the type.");
            }
        }
    }

    private string[] GetServedAliases()
    {
        var options = services.GetRequiredService<IOptionsMonitor<ServedModelOptions>>();
        return [.. models.Select(model => GetAlias(model.Name)).Append(new ServedModelOptions().Alias).Distinct(StringComparer.OrdinalIgnoreCase)];

        string GetAlias(string name)
        {
            try
            {
                return options.Get(name).Alias;
            }
            catch (OptionsValidationException)
            {
                return new ServedModelOptions().Alias; // the faults are reported with the model
            }
        }
    }
}
