using Microsoft.Extensions.DependencyInjection;

namespace MlOps.Serving;

/// <summary>A model that <c>AddModel</c> registered.</summary>
/// <param name="Name">The service key, options name and section name.</param>
/// <param name="Type">The service type.</param>
/// <param name="Get">Gets the model.</param>
/// <param name="Validate">Validates the options of the model by reading them. Throws if they are not valid.</param>
internal sealed record ServedModelRegistration(string Name, Type Type, Func<IServiceProvider, ServedModel> Get, Action<IServiceProvider> Validate)
{
    public static IEnumerable<ServedModelRegistration> In(IServiceCollection services) =>
        services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance).OfType<ServedModelRegistration>();
}
