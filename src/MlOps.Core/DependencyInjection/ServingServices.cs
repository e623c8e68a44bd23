using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Validation;

namespace MlOps.DependencyInjection;

/// <summary>Registers what all served models share.</summary>
internal static class ServingServices
{
    public static void Add(IServiceCollection services)
    {
        SectionBinder<ServingOptions>.Add(services, ServingOptions.SectionName, static (section, options) => section.Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServingOptions>, ServingOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelOptions>, ModelOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelHost>());
        services.TryAddSingleton<InputViolationCounter>();
        services.TryAddSingleton(static provider => new ModelMemory(provider.GetRequiredService<IOptions<ServingOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new ModelInstruments(
            provider.GetRequiredService<IMeterFactory>(),
            () => provider.GetServices<ServedModelRegistration>().Select(registration => registration.Get(provider).Status)));
        services.TryAddSingleton(static provider => new ModelServices(
            provider.GetRequiredService<IModelRegistry>(),
            provider.GetServices<IModelLoader>(),
            provider.GetRequiredService<IOptions<ServingOptions>>().Value,
            provider.GetRequiredService<ModelMemory>(),
            provider.GetRequiredService<ModelInstruments>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
    }
}
