using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>Registers the workflow runner: a keyed singleton for each artifact store, and an unkeyed one for the selected store.</summary>
internal static class WorkflowsRegistration
{
    /// <summary>Adds the workflow runner of the artifact store with a key.</summary>
    public static void Add(IServiceCollection services, string key)
    {
        services.AddKeyedSingleton(key, static (provider, key) => new StepRecords(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredService<IOptions<MlOpsOptions>>().Value.EffectiveActor,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StepRecords>>()));
        services.AddKeyedSingleton<IWorkflowRunner>(key, static (provider, key) => new WorkflowRunner(
            new StepCache(
                provider.GetRequiredKeyedService<IArtifactStore>(key),
                provider.GetRequiredKeyedService<ContentStore>(key),
                provider.GetRequiredKeyedService<StepRecords>(key),
                provider.GetRequiredService<ILogger<StepCache>>()),
            provider.GetRequiredKeyedService<StepRecords>(key),
            provider.GetRequiredKeyedService<IDatasetStore>(key),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WorkflowRunner>>()));
        services.AddKeyedSingleton<IRecordKind>(key, static (provider, key) => provider.GetRequiredKeyedService<StepRecords>(key));
    }

    /// <summary>Adds the workflow runner of the selected artifact store.</summary>
    public static void AddSelected(IServiceCollection services) =>
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IWorkflowRunner>());
}
