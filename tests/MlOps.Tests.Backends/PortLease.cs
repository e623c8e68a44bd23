using System.Net;
using System.Net.Sockets;

namespace MlOps.Tests.Backends;

/// <summary>A loopback port that no other test process on this machine takes, until this process ends.</summary>
/// <remarks>
/// Below the range from which systems take ports for outgoing connections, and 200 apart, because a Ceph node also uses the ports
/// from 20,001 to 20,190 above its own.
/// </remarks>
internal static class PortLease
{
    private const int First = 7_700;
    private const int Step = 200;
    private const int Count = 20;
    private static readonly string s_folder = Path.Combine(Path.GetTempPath(), "mlops-test-ports");
    private static readonly List<FileStream> s_leases = [];

    public static int Take()
    {
        Directory.CreateDirectory(s_folder);
        for (var i = 0; i < Count; i++)
        {
            var port = First + (i * Step);
            if (TryLock(port) && IsFree(port) && IsFree(port + 20_001) && IsFree(port + 20_002))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"All {Count} ports for test servers are taken. Look for servers that earlier runs left behind.");
    }

    private static bool TryLock(int port)
    {
        try
        {
            var lease = new FileStream(Path.Combine(s_folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            lock (s_leases)
            {
                s_leases.Add(lease);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
