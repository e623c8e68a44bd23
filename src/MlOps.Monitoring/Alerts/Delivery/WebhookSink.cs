using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using MlOps.Records;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Sends events of models to a webhook as signed CloudEvents.</summary>
internal sealed class WebhookSink(string name, WebhookOptions options, HttpClient client, TimeProvider timeProvider) : IModelEventSink
{
    private readonly byte[]? _key = options.Secret is null ? null : WebhookSignature.TryGetKey(options.Secret);
    private readonly HashSet<string> _models = new(options.Models, StringComparer.Ordinal);
    private readonly HashSet<string> _kinds = new(
        options.Events.Count == 0 ? [ModelEvents.Raised, ModelEvents.Resolved] : options.Events, StringComparer.OrdinalIgnoreCase);

    private volatile bool _isGone;

    public string Name { get; } = $"webhook-{name.ToLowerInvariant()}";

    public bool IsGone => _isGone;

    public bool Accepts(string model, RecordEvent recordEvent) =>
        (_models.Count == 0 || _models.Contains(model)) && _kinds.Contains(recordEvent.Kind);

    public async Task<DeliveryResult> SendAsync(string model, RecordEvent recordEvent, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(model, recordEvent);
        using var limit = new CancellationTokenSource(options.Timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            return ToResult(response);
        }
        catch (HttpRequestException exception)
        {
            // The address is not in the log, because its path may be a secret.
            return new(DeliveryStatus.Failed, $"The request failed ({exception.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(DeliveryStatus.Failed, $"The receiver did not answer within {options.Timeout}.");
        }
    }

    /// <summary>Creates the client of all webhooks. It follows no redirects, so that a signed event is sent to the configured address only.</summary>
    public static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    private HttpRequestMessage CreateRequest(string model, RecordEvent recordEvent)
    {
        var body = CloudEvent.Write(model, recordEvent);
        var id = ModelEvents.IdOf(model, recordEvent.Sequence);
        var timestamp = timeProvider.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.MediaType) { CharSet = "utf-8" };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("MlOps.Monitoring", null));
        if (_key is not null)
        {
            request.Headers.Add("webhook-signature", WebhookSignature.Sign(_key, id, timestamp, body));
        }

        return request;
    }

    private DeliveryResult ToResult(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        var reason = string.Create(CultureInfo.InvariantCulture, $"The receiver answered with status {(int)status}.");
        switch (status)
        {
            case >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices:
                return DeliveryResult.Delivered;
            case HttpStatusCode.Gone:
                _isGone = true;
                return new(DeliveryStatus.Gone, reason);
            case HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return new(DeliveryStatus.Failed, reason, ReadRetryAfter(response.Headers.RetryAfter));
            default:
                return new(DeliveryStatus.Rejected, reason);
        }
    }

    private TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - timeProvider.GetUtcNow() : null);
}
