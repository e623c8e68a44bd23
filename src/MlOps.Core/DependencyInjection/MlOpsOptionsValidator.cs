using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Tracking;

namespace MlOps.DependencyInjection;

/// <summary>Checks the choice of the store and the options of the registries, of tracking, of the served models and of every store that is selected or configured, and reports all faults at once.</summary>
internal sealed class MlOpsOptionsValidator(IServiceProvider services, MlOpsSettings settings, IEnumerable<ArtifactStoreRegistration> registrations)
    : IValidateOptions<MlOpsOptions>
{
    public ValidateOptionsResult Validate(string? name, MlOpsOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var provider = options.Storage.Provider;
        if (!registrations.Any(store => store.HasKey(provider)))
        {
            var keys = string.Join(", ", registrations.Select(static store => $"'{store.Key}'").Order(StringComparer.OrdinalIgnoreCase));
            faults.AddError(
                $"MlOps:Storage:Provider is '{provider}', which no call registered. Registered are {keys}. "
                + (string.IsNullOrWhiteSpace(provider)
                    ? "Set it to one of these, or leave it out."
                    : $"Set it to one of these, or add the provider's package and call, such as services.AddMlOps(configuration).Add{ToCall(provider)}Storage()."));
        }

        foreach (var store in registrations.Where(store => store.HasKey(provider) || store.HasCode || settings.Find($"Storage:{store.Key}") is not null))
        {
            AddFaults(() => store.Validate(services), faults);
        }

        AddFaults(() => _ = services.GetRequiredService<IOptions<RegistryOptions>>().Value, faults);
        AddFaults(() => _ = services.GetRequiredService<IOptions<TrackingOptions>>().Value, faults);
        AddFaults(() => _ = services.GetRequiredService<IOptions<ServingOptions>>().Value, faults);
        AddFaults(() => _ = services.GetRequiredService<IOptions<MetricsOptions>>().Value, faults);
        foreach (var model in services.GetServices<ServedModelRegistration>())
        {
            AddFaults(() => model.Validate(services), faults);
        }

        return faults.Build();
    }

    private static void AddFaults(Action validate, ValidateOptionsResultBuilder faults)
    {
        try
        {
            validate();
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
            {
                faults.AddError(failure);
            }
        }
    }

    private static string ToCall(string provider) => provider.ToUpperInvariant() switch
    {
        "AZURE" or "AZUREBLOB" => "AzureBlob",
        _ => string.Concat(provider.Where(char.IsLetterOrDigit)),
    };
}
