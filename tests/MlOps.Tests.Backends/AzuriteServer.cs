using System.Diagnostics;

namespace MlOps.Tests.Backends;

/// <summary>Azure Blob Storage as Microsoft's emulator speaks it, one that all tests of a process share, or one of the caller's own.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private static readonly ServerScript s_script = new("azurite");

    private readonly Process? _own;

    private AzuriteServer(string connectionString, Process? own = null)
    {
        _own = own;
        ConnectionString = connectionString;
        var settings = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static setting => setting.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
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

    /// <summary>Starts a server that holds nothing yet, for whoever disposes it.</summary>
    public static async Task<AzuriteServer> StartAsync()
    {
        var (process, connectionString) = await s_script.StartAsync();
        return new AzuriteServer(connectionString, process);
    }

    /// <summary>Makes the name of a container that does not exist yet.</summary>
    public static string NewContainerName() => $"test-{Guid.NewGuid():N}";

    /// <summary>Gets this server as it is seen through a proxy.</summary>
    public AzuriteServer Through(FaultProxy proxy) =>
        new(ConnectionString.Replace(Endpoint.Authority, proxy.Endpoint.Authority, StringComparison.Ordinal));

    /// <summary>Ends a server that was started for the caller alone; the one that all share ends with the process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            _own.StandardInput.Close();
            await _own.WaitForExitAsync();
            _own.Dispose();
        }
    }
}
