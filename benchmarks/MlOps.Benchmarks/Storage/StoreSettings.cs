using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Tests.Backends;

namespace MlOps.Benchmarks.Storage;

/// <summary>The settings of a store, which can be passed to another process as environment variables.</summary>
internal sealed class StoreSettings(string provider, Dictionary<string, string?> options)
{
    public string Provider => provider;

    public static StoreSettings LocalDisk(string root) => new("LocalDisk", new() { ["Root"] = root });

    public static StoreSettings S3(S3Server server, string bucket) => new("S3", new()
    {
        ["ServiceUrl"] = server.ServiceUrl.ToString(),
        ["AccessKey"] = server.AccessKey,
        ["SecretKey"] = server.SecretKey,
        ["Bucket"] = bucket,
        ["CreateIfMissing"] = "true",
    });

    public static StoreSettings Azure(AzuriteServer server, string container) => new("AzureBlob", new()
    {
        ["ConnectionString"] = server.ConnectionString,
        ["Container"] = container,
        ["CreateIfMissing"] = "true",
    });

    public Dictionary<string, string?> ToEnvironment() => Flatten("__");

    /// <summary>Creates the services of an application. The store is the one of <c>AddMlOps</c>, including telemetry.</summary>
    public ServiceProvider Build() => Build(new ConfigurationBuilder().AddInMemoryCollection(Flatten(":")));

    public static ServiceProvider BuildFromEnvironment() => Build(new ConfigurationBuilder().AddEnvironmentVariables());

    private static ServiceProvider Build(IConfigurationBuilder configuration)
    {
        var services = new ServiceCollection();
        services.AddMlOps(configuration.Build()).AddS3Storage().AddAzureBlobStorage();
        return services.BuildServiceProvider();
    }

    private Dictionary<string, string?> Flatten(string separator)
    {
        var settings = options.ToDictionary(option => string.Join(separator, "MlOps", "Storage", provider, option.Key), static option => option.Value);
        settings[string.Join(separator, "MlOps", "Storage", "Provider")] = provider;
        return settings;
    }
}
