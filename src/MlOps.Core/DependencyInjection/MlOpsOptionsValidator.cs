using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Documents;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>
/// Validates the section <c>MlOps</c> and the options of all capabilities, served models and configured stores, and reports all faults together.
/// </summary>
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

        AddFaultsOfCapabilities(options.Storage.Provider, faults);
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
            var isWithoutType = !string.IsNullOrWhiteSpace(provider)
                && settings.Find($"Storage:{provider}") is { } section && section[ArtifactStoreType.Setting] is null
                && !KnownPackage.All.Any(package => package.Path.Equals($"Storage:{provider}", StringComparison.OrdinalIgnoreCase));
            faults.Add(isWithoutType
                ? $"MlOps:Storage:Provider is '{provider}', but the section of this store has no {ArtifactStoreType.Setting}. "
                    + $"Set MlOps:Storage:{provider}:{ArtifactStoreType.Setting} to one of "
                    + $"{SettingNames.List(services.GetServices<ArtifactStoreType>().Select(static type => type.Name))}."
                : $"MlOps:Storage:Provider is '{provider}', which is not registered. {Advise(provider)}");
        }

        var decorated = services.GetServices<ArtifactStoreDecoration>().Select(static decoration => decoration.Key).OfType<string>();
        foreach (var key in decorated.Where(key => !IsRegistered(key)))
        {
            faults.Add($"DecorateStore(\"{key}\", …) decorates a store that is not registered. {Advise(key)}");
        }

        bool IsRegistered(string key) => registrations.Any(store => store.HasKey(key)) || ArtifactStoreSelector.HasOwn(services, key);

        string Advise(string key) => ArtifactStoreAdvice.Get(key, registrations.Select(static store => store.Key));
    }

    private void AddFaultsOfCapabilities(string provider, List<string> faults)
    {
        foreach (var store in registrations.Where(store =>
            store.HasKey(provider) || store.HasCode || settings.Find($"Storage:{store.Key}") is not null))
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
            foreach (var section in services.GetServices<ModelSection>().Where(section =>
                settings.Find($"{ServedModelOptions.SectionName}:{model.Name}:{section.Name}") is not null))
            {
                AddFaults(() => section.Validate(services, model.Name), faults);
            }
        }
    }

    /// <summary>Logs unknown settings and notes once, although the options are validated by the host and again by their first consumer.</summary>
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
