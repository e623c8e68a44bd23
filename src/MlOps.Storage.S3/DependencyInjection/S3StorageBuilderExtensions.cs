using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers stores in S3 buckets.</summary>
public static class S3StorageBuilderExtensions
{
    /// <summary>Registers a store in an S3 bucket, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by code.</summary>
    /// <remarks>Opens no connection. The store is used where <c>MlOps:Storage:Provider</c> names the key, and as a keyed service.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty or registered already.</exception>
    public static MlOpsBuilder AddS3Storage(
        this MlOpsBuilder builder, string key = S3StorageOptions.DefaultKey, Action<S3StorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddArtifactStore<S3StorageOptions>(
            key,
            static (section, options) => section.Bind(options),
            configure,
            static (_, options) => new S3ArtifactStore(options));
        builder.Services.Configure<S3StorageOptions>(key, options => options.Section = $"MlOps:Storage:{key}");
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<S3StorageOptions>, S3StorageOptionsValidator>());
        return builder;
    }
}
