namespace MlOps.Tests.Backends;

/// <summary>Azure Blob Storage as Microsoft's emulator speaks it, started when a test of this process first asks for it.</summary>
public sealed class AzuriteServer
{
    private static readonly ServerScript s_script = new("azurite");

    private AzuriteServer(string connectionString)
    {
        ConnectionString = connectionString;
        var settings = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static setting => setting.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        Endpoint = new Uri(settings["BlobEndpoint"]);
        AccountName = settings["AccountName"];
        AccountKey = settings["AccountKey"];
    }

    /// <summary>Gets the connection string, with the account's key.</summary>
    public string ConnectionString { get; }

    /// <summary>Gets the address of the blob service, which ends with the account's name.</summary>
    public Uri Endpoint { get; }

    /// <summary>Gets the account's name.</summary>
    public string AccountName { get; }

    /// <summary>Gets the account's key.</summary>
    public string AccountKey { get; }

    /// <summary>Gets the running server; skips the calling test with the reason if it is not installed, or fails it where servers are required.</summary>
    public static async Task<AzuriteServer> RequireAsync() => new(await s_script.RequireAsync());

    /// <summary>Makes the name of a container that does not exist yet.</summary>
    public static string NewContainerName() => $"test-{Guid.NewGuid():N}";

    /// <summary>Gets this server as it is seen through a proxy.</summary>
    public AzuriteServer Through(FaultProxy proxy) =>
        new(ConnectionString.Replace(Endpoint.Authority, proxy.Endpoint.Authority, StringComparison.Ordinal));
}
