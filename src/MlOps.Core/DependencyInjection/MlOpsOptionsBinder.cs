using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

internal sealed class MlOpsOptionsBinder(MlOpsSettings settings) : IConfigureOptions<MlOpsOptions>
{
    public void Configure(MlOpsOptions options)
    {
        if (settings.Find("Storage") is { } section)
        {
            section.Bind(options.Storage);
        }
    }
}
