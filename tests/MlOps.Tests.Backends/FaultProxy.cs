using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MlOps.Tests.Backends;

/// <summary>Stands on loopback in front of an HTTP server and forwards every byte, except where it has been told to do harm.</summary>
/// <remarks>Knows where requests begin and end, so that a fault hits whole requests also on connections that clients keep open.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _running = [];
    private readonly ConcurrentQueue<InjectedFault> _faults = [];
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly Uri _server;
    private readonly Task _accepting;

    /// <summary>Starts a proxy in front of a server.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="receiveBufferSize">
    /// How much of a request the system takes before the proxy has sent it on; <see langword="null"/> for the system's choice, which is megabytes. The
    /// client of a slow line waits for its answer while these still go to the server.
    /// </param>
    public FaultProxy(Uri server, int? receiveBufferSize = null)
    {
        _server = server;
        if (receiveBufferSize is { } size)
        {
            _listener.Server.ReceiveBufferSize = size;
        }

        _listener.Start();
        Endpoint = new Uri($"http://{_listener.LocalEndpoint}/");
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the proxy's address, to give to clients in place of the server's.</summary>
    public Uri Endpoint { get; }

    /// <summary>Gets the first lines of the requests so far, such as <c>PUT /bucket/key HTTP/1.1</c>.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Does harm to the next requests.</summary>
    /// <param name="fault">The harm. Of several faults that fit a request the one injected first is taken.</param>
    /// <param name="times">How many requests it hits; then the proxy is harmless again.</param>
    /// <param name="where">Which requests it hits, by their first line; <see langword="null"/> for all.</param>
    /// <returns>What tells how often it has struck.</returns>
    public InjectedFault Inject(Fault fault, int times = 1, Func<string, bool>? where = null)
    {
        var injected = new InjectedFault(fault, times, where ?? (static _ => true));
        _faults.Enqueue(injected);
        return injected;
    }

    /// <summary>Breaks all connections and stops; throws if the proxy itself went wrong meanwhile.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting; // else it might ask a listener that no longer listens
        _listener.Dispose();
        await Task.WhenAll(_running.Keys);
        _stopping.Dispose();
    }

    internal InjectedFault? Register(string requestLine)
    {
        _requests.Enqueue(requestLine);
        return _faults.FirstOrDefault(fault => fault.TryTake(requestLine));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                var connection = ServeAsync(client);
                _running[connection] = true;
                _ = connection.ContinueWith(
                    done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The proxy is being disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var connection = new FaultProxyConnection(this, client);
        await connection.RunAsync(_server, _stopping.Token);
    }
}
