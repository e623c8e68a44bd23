using System.Net;

namespace MlOps.Storage;

/// <summary>Makes the HTTP handler that providers transfer artifacts with: time is bounded per connection, never per transfer.</summary>
/// <remarks>
/// The SDKs bound a whole request, which fails large content on a slow line that works, or no asynchronous one at all. Give the handler to the SDK and
/// switch the limits of its own off. It is for HTTP/1.1, where a connection carries one request at a time. It follows no redirect, keeps no cookies and
/// decompresses nothing.
/// </remarks>
public static class TransferHttpHandler
{
    /// <summary>Makes a handler; <see cref="HttpClient"/> disposes it with itself.</summary>
    /// <param name="connectTimeout">How long connecting may take; more than zero.</param>
    /// <param name="stallTimeout">
    /// How long a connection may carry no byte while a request or an answer is under way; more than zero. Then the request fails with an
    /// <see cref="HttpRequestException"/>, or reading the answer's body with an <see cref="IOException"/>.
    /// </param>
    /// <returns>The handler. A connection serves for at most 15 minutes, so that a changed DNS entry is followed.</returns>
    public static SocketsHttpHandler Create(TimeSpan connectTimeout, TimeSpan stallTimeout) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new StallGuardStream(context.PlaintextStream, stallTimeout)),
    };
}
