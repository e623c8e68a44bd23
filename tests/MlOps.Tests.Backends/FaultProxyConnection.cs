using System.Net.Sockets;
using System.Text;

namespace MlOps.Tests.Backends;

/// <summary>One client's connection through a <see cref="FaultProxy"/>, with the connection to the server it belongs to.</summary>
internal sealed class FaultProxyConnection(FaultProxy proxy, Socket client) : IDisposable
{
    private const int BufferSize = 64 << 10;
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private volatile Exchange _exchange = new(injected: null);

    /// <summary>Forwards both ways until either side closes or a fault ends it.</summary>
    public async Task RunAsync(Uri server, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(server.Host, server.Port, ended.Token);
            var directions = new[] { ForwardRequestsAsync(ended.Token), ForwardResponsesAsync(ended.Token) };
            await Task.WhenAny(directions);
            await ended.CancelAsync();
            await Task.WhenAll(directions);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side has gone, or a fault has struck: so has the connection.
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task ForwardRequestsAsync(CancellationToken ended)
    {
        var reader = new HttpRequestReader(client);
        while (await reader.ReadHeadAsync(ended) is { } head)
        {
            var exchange = new Exchange(proxy.Register(head.RequestLine));
            _exchange = exchange;
            if (exchange.Injected?.Fault is Fault.Answer answer)
            {
                exchange.Injected.Strike();
                await AnswerAsync(reader, head, answer, ended);
                return;
            }

            var slow = exchange.Injected?.Fault as Fault.SlowRequest;
            if (slow is not null)
            {
                exchange.Injected!.Strike();
            }

            for (ReadOnlyMemory<byte> bytes = head.Bytes; bytes.Length > 0; bytes = await reader.ReadBodyAsync(ended))
            {
                await Task.Delay(slow?.Pause ?? TimeSpan.Zero, ended);
                await SendAsync(_server, bytes, exchange.RequestLimit, ended);
            }
        }
    }

    private async Task ForwardResponsesAsync(CancellationToken ended)
    {
        var buffer = new byte[BufferSize];
        while (await _server.ReceiveAsync(buffer, ended) is > 0 and var count)
        {
            var exchange = _exchange;
            if (exchange.Injected is { Fault: Fault.LoseAnswer } lost && !buffer.AsSpan().StartsWith("HTTP/1.1 100"u8))
            {
                lost.Strike();
                Reset();
                return;
            }

            await DelayAsync(exchange, ended);
            await SendAsync(client, buffer.AsMemory(0, count), exchange.ResponseLimit, ended);
        }
    }

    private static async Task DelayAsync(Exchange exchange, CancellationToken ended)
    {
        var delay = exchange.Injected?.Fault switch
        {
            Fault.SlowResponse slow => Task.Delay(slow.Pause, ended),
            Fault.Latency latency when !exchange.IsDelayed => Task.Delay(latency.Delay, ended),
            Fault.HoldAnswer when !exchange.IsDelayed => exchange.Injected.Exhausted.WaitAsync(ended),
            _ => null,
        };
        if (delay is not null)
        {
            if (!exchange.IsDelayed)
            {
                exchange.IsDelayed = true;
                exchange.Injected!.Strike();
            }

            await delay;
        }
    }

    private async Task SendAsync(Socket target, ReadOnlyMemory<byte> bytes, ByteLimit limit, CancellationToken ended)
    {
        var allowed = (int)Math.Min(bytes.Length, limit.Left);
        limit.Left -= allowed;
        for (var sent = 0; sent < allowed;)
        {
            sent += await target.SendAsync(bytes[sent..allowed], ended);
        }

        if (limit.Left > 0)
        {
            return;
        }

        limit.Injected!.Strike();
        if (limit.Stalls)
        {
            await Task.Delay(Timeout.Infinite, ended);
        }

        Reset();
    }

    private async Task AnswerAsync(HttpRequestReader reader, HttpRequestHead head, Fault.Answer answer, CancellationToken ended)
    {
        // A client that waits for "100 Continue" has not sent the body, and must not be made to.
        while (!head.ExpectsContinue && await reader.ReadBodyAsync(ended) is { Length: > 0 })
        {
        }

        var body = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{answer.Code}</Code><Message>Injected by the fault proxy.</Message></Error>";
        var text = $"HTTP/1.1 {answer.Status} {answer.Code}\r\nContent-Type: application/xml\r\nx-ms-error-code: {answer.Code}\r\nConnection: close\r\n"
            + (head.RequestLine.StartsWith("HEAD ", StringComparison.Ordinal) ? "Content-Length: 0\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n{body}");
        await SendAsync(client, Encoding.ASCII.GetBytes(text), ByteLimit.None, ended);
        client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends both connections, the client's with a TCP reset.</summary>
    private void Reset()
    {
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
        _server.Close();
    }

    /// <summary>A request and its answer.</summary>
    private sealed class Exchange(InjectedFault? injected)
    {
        public InjectedFault? Injected { get; } = injected;

        public bool IsDelayed { get; set; }

        public ByteLimit RequestLimit { get; } = injected?.Fault switch
        {
            Fault.ResetRequest reset => new ByteLimit(reset.AfterBytes, injected, Stalls: false),
            Fault.StallRequest stall => new ByteLimit(stall.AfterBytes, injected, Stalls: true),
            _ => ByteLimit.None,
        };

        public ByteLimit ResponseLimit { get; } = injected?.Fault switch
        {
            Fault.ResetResponse reset => new ByteLimit(reset.AfterBytes, injected, Stalls: false),
            Fault.StallResponse stall => new ByteLimit(stall.AfterBytes, injected, Stalls: true),
            _ => ByteLimit.None,
        };
    }

    private sealed record ByteLimit(long Left, InjectedFault? Injected, bool Stalls)
    {
        public static ByteLimit None => new(long.MaxValue, null, Stalls: false);

        public long Left { get; set; } = Left;
    }
}
