using System.Net;
using System.Net.Sockets;

namespace MlOps.Tests.Backends;

/// <summary>A server with a fault of its own: it alters requests and forwards them to a real one.</summary>
public sealed class AlteringProxy : IAsyncDisposable
{
    private const int MaxAttempts = 20;
    private readonly HttpListener _listener;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly Uri _server;
    private readonly Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> _serve;
    private readonly Task _serving;

    /// <summary>Starts a proxy in front of a server.</summary>
    /// <param name="server">The real server.</param>
    /// <param name="serve">Alters a request and sends it.</param>
    public AlteringProxy(Uri server, Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> serve)
    {
        _server = server;
        _serve = serve;
        (_listener, Endpoint) = Listen();
        _serving = ServeAsync();
    }

    /// <summary>Gets the proxy's address, to give to clients in place of the server's.</summary>
    public Uri Endpoint { get; }

    /// <summary>Makes a server that does not know a header.</summary>
    public static AlteringProxy DeafTo(string header, Uri server) => new(server, (request, send) =>
    {
        request.Headers.Remove(header);
        return send();
    });

    /// <summary>Makes a server that checks a condition first and writes later: of writers at the same time, more than one finds it to hold.</summary>
    public static AlteringProxy WithoutAtomicity(string header, Uri server)
    {
        var underWay = 0;
        return new AlteringProxy(server, async (request, send) =>
        {
            if (!request.Headers.Contains(header))
            {
                return await send();
            }

            if (Interlocked.Increment(ref underWay) > 1)
            {
                request.Headers.Remove(header);
            }

            try
            {
                return await send();
            }
            finally
            {
                Interlocked.Decrement(ref underWay);
            }
        });
    }

    /// <summary>Makes a server that stores the framing of a chunked upload as if it were content.</summary>
    public static AlteringProxy StoringFraming(Uri server) => new(server, async (request, send) =>
    {
        if (request.Method == HttpMethod.Put && request.Content is { } content)
        {
            var body = await content.ReadAsStringAsync();
            var framed = new StringContent($"{body.Length:x};chunk-signature=0\r\n{body}\r\n0\r\n\r\n");
            framed.Headers.ContentType = content.Headers.ContentType;
            request.Content = framed;
        }

        return await send();
    });

    /// <summary>Makes a server that takes an ETag in quotes, or one without, for another than it has.</summary>
    public static AlteringProxy MistakingETags(bool inQuotes, Uri server) => new(server, (request, send) =>
        request.Headers.NonValidated.TryGetValues("If-Match", out var eTag) && eTag.ToString().StartsWith('"') == inQuotes
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.PreconditionFailed))
            : send());

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _client.Dispose();
    }

    /// <summary>Takes a port: an HTTP listener cannot ask for a free one, and between being found and being bound it may be taken by another process.</summary>
    private static (HttpListener Listener, Uri Endpoint) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var endpoint = new Uri($"http://127.0.0.1:{FindFreePort()}/");
            var listener = new HttpListener { Prefixes = { endpoint.ToString() } };
            try
            {
                listener.Start();
                return (listener, endpoint);
            }
            catch (HttpListenerException) when (attempt < MaxAttempts)
            {
                listener.Close();
            }
        }
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or HttpListenerException)
        {
            // The proxy is being disposed.
        }
    }

    private async Task ForwardAsync(HttpListenerContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), new Uri(_server, context.Request.RawUrl));
        request.Content = context.Request.HasEntityBody ? new StreamContent(context.Request.InputStream) : null;
        foreach (var name in context.Request.Headers.AllKeys.Where(static name => name is not ("Host" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name!, context.Request.Headers[name]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name!, context.Request.Headers[name]);
            }
        }

        using var answer = await _serve(request, () => _client.SendAsync(request));
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (
            var (name, values) in answer.Headers.Concat(answer.Content.Headers)
                .Where(static header => header.Key is not ("Content-Length" or "Connection" or "Transfer-Encoding")))
        {
            context.Response.Headers[name] = string.Join(",", values);
        }

        var body = await answer.Content.ReadAsByteArrayAsync();
        context.Response.ContentLength64 = context.Request.HttpMethod == "HEAD" ? answer.Content.Headers.ContentLength ?? 0 : body.Length;
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }
}
