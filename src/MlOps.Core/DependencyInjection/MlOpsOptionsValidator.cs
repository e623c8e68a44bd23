using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Documents;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>Checks the whole section <c>MlOps</c>, the options of all parts, of the served models and of every store that is selected or configured, and reports all faults at once.</summary>
internal sealed partial class MlOpsOptionsValidator(
    IServiceProvider services, MlOpsSettings settings, IEnumerable<ArtifactStoreRegistration> registrations, ILogger<MlOpsOptions> logger)
    : IValidateOptions<MlOpsOptions>
{
    private int _isLogged;

    public ValidateOptionsResult Validate(string? name, MlOpsOptions options)
    {
        var (found, notes) = services.GetRequiredService<SettingsCheck>().Run();
        var faults = new List<string>();
        AddFaultsOfStores(options.Storage.Provider, faults);
        if (options.Actor is { } actor && RecordText.FindNameFault(actor) is { } fault)
        {
            faults.Add($"{MlOpsOptions.SectionName}:{nameof(options.Actor)} is '{RecordText.Shorten(actor)}', but {fault}");
        }

        faults.AddRange(found.Errors.Values);
        if (options.Strict)
        {
            faults.AddRange(found.Unknown);
        }

        AddFaultsOfParts(options.Storage.Provider, faults);
        if (faults.Count > 0)
        {
            return ValidateOptionsResult.Fail(faults.Distinct());
        }

        Log(options.Strict ? [] : found.Unknown, notes);
        return ValidateOptionsResult.Success;
    }

    private static void AddFaults(Action validate, List<string> faults)
    {
        try
        {
            validate();
        }
        catch (OptionsValidationException exception)
        {
            faults.AddRange(exception.Failures);
        }
    }

    private void AddFaultsOfStores(string provider, List<string> faults)
    {
        if (!IsRegistered(provider))
        {
            var isWithoutType = !string.IsNullOrWhiteSpace(provider) && settings.Find($"Storage:{provider}") is { } section && section[ArtifactStoreType.Setting] is null
                && !KnownPackage.All.Any(package => package.Path.Equals($"Storage:{provider}", StringComparison.OrdinalIgnoreCase));
            faults.Add(isWithoutType
                ? $"MlOps:Storage:Provider is '{provider}', whose section has no {ArtifactStoreType.Setting}. Set MlOps:Storage:{provider}:{ArtifactStoreType.Setting} to one of "
                    + $"{SettingNames.List(services.GetServices<ArtifactStoreType>().Select(static type => type.Name))}."
                : $"MlOps:Storage:Provider is '{provider}', which no call registered. {Advise(provider)}");
        }

        foreach (var key in services.GetServices<ArtifactStoreDecoration>().Select(static decoration => decoration.Key).OfType<string>().Where(key => !IsRegistered(key)))
        {
            faults.Add($"DecorateStore(\"{key}\", …) decorates a store that no call registered. {Advise(key)}");
        }

        bool IsRegistered(string key) => registrations.Any(store => store.HasKey(key)) || ArtifactStoreSelector.HasOwn(services, key);

        string Advise(string key) => ArtifactStoreAdvice.Get(key, registrations.Select(static store => store.Key));
    }

    private void AddFaultsOfParts(string provider, List<string> faults)
    {
        foreach (var store in registrations.Where(store => store.HasKey(provider) || store.HasCode || settings.Find($"Storage:{store.Key}") is not null))
        {
            AddFaults(() => store.Validate(services), faults);
        }

        foreach (var section in services.GetServices<SettingsSection>().Where(static section => section.Path.Length > 0))
        {
            AddFaults(() => section.Validate(services), faults);
        }

        foreach (var model in services.GetServices<ServedModelRegistration>())
        {
            AddFaults(() => model.Validate(services), faults);
            foreach (var loader in services.GetServices<ModelLoaderSection>().Where(loader => settings.Find($"{ServedModelOptions.SectionName}:{model.Name}:{loader.Name}") is not null))
            {
                AddFaults(() => loader.Validate(services, model.Name), faults);
            }
        }
    }

    /// <summary>Logs once: the host validates the options, and their first user does so again.</summary>
    private void Log(IReadOnlyList<string> unknown, IReadOnlyList<string> notes)
    {
        if (Interlocked.Exchange(ref _isLogged, 1) == 0)
        {
            foreach (var message in unknown)
            {
                LogUnknown(message);
            }

            foreach (var note in notes)
            {
                LogNote(note);
            }
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "{Message}")]
    private partial void LogUnknown(string message);

    [LoggerMessage(11, LogLevel.Information, "{Message}")]
    private partial void LogNote(string message);
}
