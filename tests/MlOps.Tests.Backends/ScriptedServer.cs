using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MlOps.Tests.Backends;

/// <summary>A server that sends the answers of a test byte by byte, including answers that no HTTP library sends.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly Func<string, string> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _serving;

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Makes the answer to a request line such as <c>GET /bucket/key HTTP/1.1</c>; the body of an answer to HEAD is left out.</param>
    /// <param name="certificate">The certificate to speak TLS with.</param>
    public ScriptedServer(Func<string, string> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        Endpoint = new Uri($"{(certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = ServeAsync();
    }

    /// <summary>Gets the server's address.</summary>
    public Uri Endpoint { get; }

    /// <summary>Gets the heads of the requests so far.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Makes an answer with the length of its body.</summary>
    public static string Answer(int status, string body, params string[] headers) => Raw(
        status, body, [$"Content-Length: {Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture)}", .. headers]);

    /// <summary>Makes an answer whose body comes in one chunk, without its length.</summary>
    public static string Chunked(int status, string body, params string[] headers)
    {
        var chunk = body.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(body):x}\r\n{body}\r\n");
        return Raw(status, $"{chunk}0\r\n\r\n", ["Transfer-Encoding: chunked", .. headers]);
    }

    /// <summary>Makes an answer with nothing but the headers given; the end of its body is the end of the connection.</summary>
    public static string Raw(int status, string body, params string[] headers) =>
        $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} "
        + $"Scripted\r\n{string.Concat(headers.Select(static header => $"{header}\r\n"))}Connection: close\r\n\r\n{body}";

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The server is being disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = await OpenAsync(client);
            var head = await ReadHeadAsync(stream);
            _requests.Enqueue(head);
            var line = head.Split("\r\n")[0];
            var answer = _answer(line);
            answer = line.StartsWith("HEAD ", StringComparison.Ordinal) ? answer[..(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)] : answer;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client gave up the connection, as one does that does not trust the certificate.
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
        {
            return client.GetStream();
        }

        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var head = new StringBuilder();
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            head.Append(line).Append("\r\n");
            length = line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(line[15..], CultureInfo.InvariantCulture) : length;
            if (line.StartsWith("Expect:", StringComparison.OrdinalIgnoreCase))
            {
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
            }
        }

        for (var body = new char[64 << 10]; length > 0;)
        {
            var read = await reader.ReadAsync(body.AsMemory(0, Math.Min(body.Length, length)));
            length = read == 0 ? 0 : length - read;
        }

        return head.ToString();
    }
}
