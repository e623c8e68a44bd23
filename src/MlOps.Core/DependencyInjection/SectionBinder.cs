using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

/// <summary>Binds options from a section below <c>MlOps</c>, if anything is set there. A value that cannot be bound is a fault among those of the validators, and hides none of them.</summary>
/// <remarks>Keys that no option reads are found for all sections together, by <see cref="SettingsCheck"/>.</remarks>
/// <param name="settings">The settings.</param>
/// <param name="pathOf">Gets the section's path below <c>MlOps</c> for the name of options, or <see langword="null"/> if these have none.</param>
/// <param name="bind">Binds the section.</param>
internal sealed class SectionBinder<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
    MlOpsSettings settings, Func<string, string?> pathOf, Action<IConfigurationSection, TOptions> bind)
    : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private static readonly SettingShape s_shape = SettingShape.Of<TOptions>();

    /// <summary>Registers the binding of the options without a name; again, does nothing, so that what code sets after the first time stays.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="path">The section's path below <c>MlOps</c>; empty for that section itself.</param>
    /// <param name="bind">Binds the section; a lambda where the type of the options is known, so that the binder's generator sees it.</param>
    public static void Add(IServiceCollection services, string path, Action<IConfigurationSection, TOptions> bind)
    {
        var create = CreatorOf(name => name == Options.DefaultName ? path : null, bind);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<TOptions>, SectionBinder<TOptions>>(create));
        if (path.Length > 0)
        {
            // MlOpsOptionsValidator checks the section itself with all others.
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, SectionBinder<TOptions>>(create));
        }

        if (!SettingsSection.In(services).Any(section => section.Path == path))
        {
            services.AddSingleton(new SettingsSection(path, s_shape, static provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value));
        }
    }

    /// <summary>Registers the binding of options by their names.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="pathOf">Gets the section's path below <c>MlOps</c> for a name, or <see langword="null"/> for names that this binding is not for.</param>
    /// <param name="bind">Binds the section; a lambda where the type of the options is known, so that the binder's generator sees it.</param>
    public static void AddNamed(IServiceCollection services, Func<string, string?> pathOf, Action<IConfigurationSection, TOptions> bind)
    {
        var create = CreatorOf(pathOf, bind);
        services.AddSingleton<IConfigureOptions<TOptions>>(create);
        services.AddSingleton<IValidateOptions<TOptions>>(create);
    }

    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, TOptions options)
    {
        if (Find(name) is { } section)
        {
            var faults = FindFaults(section);
            bind(faults.Count == 0 ? section : Select(section, value => !faults.Keys.Any(fault => IsWithin(value.Key, fault))), options);
        }
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        if (Find(name) is { } section)
        {
            foreach (var message in FindFaults(section).Values)
            {
                faults.AddError(message);
            }
        }

        return faults.Build();
    }

    private static Func<IServiceProvider, SectionBinder<TOptions>> CreatorOf(Func<string, string?> pathOf, Action<IConfigurationSection, TOptions> bind) =>
        provider => new SectionBinder<TOptions>(provider.GetRequiredService<MlOpsSettings>(), pathOf, bind);

    private static IConfigurationSection Select(IConfigurationSection section, Func<KeyValuePair<string, string?>, bool> predicate) =>
        new ConfigurationBuilder().AddInMemoryCollection(section.AsEnumerable().Where(predicate)).Build().GetSection(section.Path);

    private static bool IsWithin(string key, string path) =>
        key.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (key.Length == path.Length || key[path.Length] == ':');

    private IConfigurationSection? Find(string? name) => pathOf(name ?? Options.DefaultName) is { } path ? settings.Find(path) : null;

    /// <summary>Finds the values that do not have the shape of the options, and those that the binder refuses for reasons of its own.</summary>
    /// <returns>The faults by the paths of the settings.</returns>
    private SortedDictionary<string, string> FindFaults(IConfigurationSection section)
    {
        var found = new SettingFaults();
        found.Find(section, s_shape, section.Path);
        var faults = found.Errors;
        var rest = faults.Count == 0 ? section : Select(section, value => !faults.Keys.Any(fault => IsWithin(value.Key, fault)));
        if (TryBind(rest) is not null)
        {
            // The binder stops at the first fault, so that each value is bound alone.
            foreach (var (path, value) in rest.AsEnumerable())
            {
                if (value is not null && TryBind(Select(rest, other => other.Key == path)) is { } exception)
                {
                    // Not the binder's own words, which repeat the value whatever it is: an address may hold a password.
                    faults.Add(path, $"{path} cannot be read: {(exception.InnerException ?? exception).Message} Correct it, or leave it out for the default.");
                }
            }
        }

        return faults;
    }

    private InvalidOperationException? TryBind(IConfigurationSection section)
    {
        try
        {
            bind(section, Activator.CreateInstance<TOptions>());
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }
}
