using System.Net;
using System.Net.Sockets;

namespace MlOps.Tests.Backends;

/// <summary>Listens on loopback with its queue full: whoever connects waits, as before a firewall that drops packets.</summary>
/// <remarks>Linux leaves such connects without an answer; other systems refuse them, and the calling test is skipped there.</remarks>
public sealed class SilentListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _queued = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private SilentListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        Endpoint = new Uri($"http://{_listener.LocalEndPoint}/");
    }

    /// <summary>Gets the address that nobody can connect to.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts a listener and fills its queue.</summary>
    public static async Task<SilentListener> StartAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new IgnoreException("Only Linux leaves a connect to a full queue without an answer.");
        }

        var listener = new SilentListener();
        await listener._queued.ConnectAsync(listener._listener.LocalEndPoint!); // A queue of length 0 holds one.
        return listener;
    }

    /// <summary>Stops listening, at which those that wait are refused.</summary>
    public void Dispose()
    {
        _queued.Dispose();
        _listener.Dispose();
    }
}
