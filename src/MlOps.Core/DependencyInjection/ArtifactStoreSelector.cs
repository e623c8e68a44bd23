using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

/// <summary>Finds the store that <c>MlOps:Storage:Provider</c> names, and what is made of it.</summary>
internal sealed class ArtifactStoreSelector(IServiceProvider services, IOptions<MlOpsOptions> options, IEnumerable<ArtifactStoreRegistration> registrations)
{
    /// <summary>Gets a service of the selected store, such as the store; it is the keyed singleton itself, so both ways of asking give one instance.</summary>
    public TService Get<TService>()
        where TService : notnull =>
        services.GetRequiredKeyedService<TService>(registrations.First(store => store.HasKey(options.Value.Storage.Provider)).Key);
}
