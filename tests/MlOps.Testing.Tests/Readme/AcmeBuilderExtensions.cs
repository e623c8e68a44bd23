using Microsoft.Extensions.Configuration;
using MlOps.Testing.Tests.Readme;

namespace Microsoft.Extensions.DependencyInjection;

public static class AcmeBuilderExtensions
{
    public static MlOpsBuilder AddAcmeStorage(this MlOpsBuilder builder, string key = "Acme", Action<AcmeStorageOptions>? configure = null) =>
        builder.AddArtifactStore<AcmeStorageOptions>(
            "Acme",
            key,
            static (section, options) => section.Bind(options),
            configure,
            static (services, key, options) => new AcmeArtifactStore(new AcmeClient(), options));
}
