using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>A web server on this computer that records requests and answers as a test specifies.</summary>
internal sealed class WebhookReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<int, HttpListenerResponse, Task> _answer;
    private readonly ConcurrentQueue<WebhookRequest> _requests = new();
    private int _count;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Sets the response to a request with a number: 1, 2, 3 …</param>
    public WebhookReceiver(Func<int, HttpListenerResponse, Task>? answer = null)
    {
        _answer = answer ?? (static (_, _) => Task.CompletedTask);
        using (var socket = new TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/secret-path");
        }

        _listener.Prefixes.Add(new Uri(Url, "/").ToString());
        _listener.Start();
        _ = Task.Run(ListenAsync);
    }

    public Uri Url { get; }

    public IReadOnlyList<WebhookRequest> Requests => [.. _requests];

    /// <summary>Gets the task that completes with the request of a number.</summary>
    public async Task<IReadOnlyList<WebhookRequest>> WaitAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_requests.Count < count)
        {
            await Task.Delay(10, limit.Token);
        }

        return Requests;
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task ListenAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return; // the test has ended
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers.AllKeys.ToDictionary(key => key!, key => context.Request.Headers[key]!, StringComparer.OrdinalIgnoreCase);
        _requests.Enqueue(new WebhookRequest(context.Request.HttpMethod, context.Request.Url!.AbsolutePath, headers, body.ToArray()));
        await _answer(Interlocked.Increment(ref _count), context.Response);
        context.Response.Close();
    }
}
