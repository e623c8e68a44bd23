using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MlOps.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the responses to the exceptions of served models.</summary>
public static class MlOpsProblemDetailsExtensions
{
    /// <summary>Registers problem details (RFC 9457) as responses to the exceptions of served models.</summary>
    /// <remarks>
    /// <para>
    /// The response is 503 with a <c>Retry-After</c> header for a model that is not ready, 429 with a <c>Retry-After</c> header for a model with too many
    /// waiting rows, and 400 with <c>errors</c> by feature for a refused row. It contains no message of an exception, because such a message may contain paths
    /// and addresses. Other exceptions are left to the application.
    /// </para>
    /// <para>
    /// The application calls <c>app.UseExceptionHandler()</c>. Handlers that it registers before this call take precedence. Repeated calls have no effect.
    /// </para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddMlOpsProblemDetails(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddProblemDetails();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, ServingExceptionHandler>());
        return services;
    }
}
