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
    /// The response is 503 with a <c>Retry-After</c> header if a model is not ready, 429 with a <c>Retry-After</c> header if too many rows are waiting for a
    /// model, and 400 with <c>errors</c> by feature if a row is rejected. It contains no exception message, because such a message may contain paths and
    /// addresses. The application handles other exceptions.
    /// </para>
    /// <para>
    /// The application calls <c>app.UseExceptionHandler()</c>. Handlers that it registers before this call take precedence. Repeated calls have no effect.
    /// </para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddMlOpsProblemDetails();
    /// var app = builder.Build();
    /// app.UseExceptionHandler();
    /// </code>
    /// </example>
    public static IServiceCollection AddMlOpsProblemDetails(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddProblemDetails();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, ServingExceptionHandler>());
        return services;
    }
}
