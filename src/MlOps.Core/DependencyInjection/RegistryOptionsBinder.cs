using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MlOps.Registry;

namespace MlOps.DependencyInjection;

internal sealed class RegistryOptionsBinder(MlOpsSettings settings) : IConfigureOptions<RegistryOptions>
{
    public void Configure(RegistryOptions options)
    {
        if (settings.Find("Registry") is { } section)
        {
            section.Bind(options);
        }
    }
}
