using System.Net;
using System.Net.Sockets;

namespace MlOps.Tests;

/// <summary>A server that is deaf to a header: it forwards everything else to a real one.</summary>
internal sealed class HeaderStrippingProxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly Uri _server;
    private readonly string _header;
    private readonly Task _serving;

    public HeaderStrippingProxy(Uri server, string header)
    {
        _server = server;
        _header = header;
        Endpoint = new Uri($"http://127.0.0.1:{FindFreePort()}/");
        _listener.Prefixes.Add(Endpoint.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _client.Dispose();
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
        foreach (var name in context.Request.Headers.AllKeys.Where(name => name != _header && name is not ("Host" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name!, context.Request.Headers[name]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name!, context.Request.Headers[name]);
            }
        }

        using var answer = await _client.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(static header => header.Key is not ("Content-Length" or "Connection" or "Transfer-Encoding")))
        {
            context.Response.Headers[name] = string.Join(",", values);
        }

        var body = await answer.Content.ReadAsByteArrayAsync();
        context.Response.ContentLength64 = context.Request.HttpMethod == "HEAD" ? answer.Content.Headers.ContentLength ?? 0 : body.Length;
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }
}
