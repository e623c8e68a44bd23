using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

/// <summary>Binds options from a section below <c>MlOps</c>. Values that cannot be bound are reported together with the faults of validators.</summary>
/// <remarks><see cref="SettingsCheck"/> reports unknown keys for all sections together.</remarks>
/// <param name="settings">The settings.</param>
/// <param name="pathOf">Gets the path of the section below <c>MlOps</c> for an options name, or <see langword="null"/> if the options have no section.</param>
/// <param name="bind">Binds the section.</param>
internal sealed class SectionBinder<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
    MlOpsSettings settings, Func<string, string?> pathOf, Action<IConfigurationSection, TOptions> bind)
    : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private static readonly SettingShape s_shape = SettingShape.Of<TOptions>();

    /// <summary>Registers the binding of unnamed options. Repeated calls have no effect, so that they do not override values that code has set.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="path">The path of the section below <c>MlOps</c>; empty for the section <c>MlOps</c> itself.</param>
    /// <param name="bind">Binds the section. Pass a lambda with the concrete options type, so that the binding source generator recognizes it.</param>
    public static void Add(IServiceCollection services, string path, Action<IConfigurationSection, TOptions> bind)
    {
        var create = CreatorOf(name => name == Options.DefaultName ? path : null, bind);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<TOptions>, SectionBinder<TOptions>>(create));
        if (path.Length > 0)
        {
            // MlOpsOptionsValidator validates the section MlOps itself.
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, SectionBinder<TOptions>>(create));
        }

        if (!SettingsSection.In(services).Any(section => section.Path == path))
        {
            services.AddSingleton(new SettingsSection(path, s_shape, static provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value));
        }
    }

    /// <summary>Registers the binding of named options.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="pathOf">Gets the path of the section below <c>MlOps</c> for a name, or <see langword="null"/> for names of other bindings.</param>
    /// <param name="bind">Binds the section. Pass a lambda with the concrete options type, so that the binding source generator recognizes it.</param>
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

    /// <summary>Finds values that do not match the shape of the options, and values that the binder rejects.</summary>
    /// <returns>The faults by setting path.</returns>
    private SortedDictionary<string, string> FindFaults(IConfigurationSection section)
    {
        var found = new SettingFaults();
        found.Find(section, s_shape, section.Path);
        var faults = found.Errors;
        var rest = faults.Count == 0 ? section : Select(section, value => !faults.Keys.Any(fault => IsWithin(value.Key, fault)));
        if (TryBind(rest) is not null)
        {
            // The binder stops at the first fault. Bind each value separately to find all faults.
            foreach (var (path, value) in rest.AsEnumerable())
            {
                if (value is not null && TryBind(Select(rest, other => other.Key == path)) is { } exception)
                {
                    // Use the inner message: the message of the binder contains the value, which may contain a password.
                    faults.Add(path,
                        $"{path} cannot be bound: {(exception.InnerException ?? exception).Message} Correct the value, or remove it to use the default.");
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
