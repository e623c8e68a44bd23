using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using MlOps.Records;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Requests to a real web server: the signature, the event and the answers.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WebhookSinkTests : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset s_now = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(s_now);
    private readonly ModelRegistry _registry;
    private readonly HttpClient _client = WebhookSink.CreateClient();

    public WebhookSinkTests() => _registry = new ModelRegistry(new InMemoryArtifactStore(), timeProvider: _clock, actor: "monitor");

    public void Dispose() => _client.Dispose();

    [Test]
    public async Task An_alert_is_sent_as_a_cloud_event()
    {
        using var receiver = new WebhookReceiver();

        var result = await CreateSink(receiver).SendAsync("churn é.v1", await RaiseAsync("churn é.v1", double.NaN), default);

        Assert.That(result.Status, Is.EqualTo(DeliveryStatus.Delivered));
        var request = receiver.Requests.Single();
        Assert.That((request.Method, request.Path), Is.EqualTo(("POST", "/secret-path")));
        Assert.That(request.Headers["content-type"], Is.EqualTo("application/cloudevents+json; charset=utf-8"));
        Assert.That(JsonSerializer.Serialize(request.Json), Is.EqualTo(JsonSerializer.Serialize(JsonElement.Parse("""
            {
              "specversion": "1.0",
              "id": "churn%20%C3%A9%2Ev1:2",
              "source": "/mlops/models/churn%20%C3%A9.v1",
              "type": "mlops.alert.raised",
              "subject": "churn é.v1",
              "time": "2026-05-04T10:00:00Z",
              "sequence": "00000000000000000002",
              "datacontenttype": "application/json",
              "data": {
                "model": "churn é.v1",
                "rule": "drift",
                "subject": "age",
                "isActive": true,
                "value": 0.5,
                "threshold": null,
                "message": "1 of 2 features drifted (age)."
              }
            }
            """))));
    }

    [Test]
    public async Task The_signature_is_the_HMAC_of_the_identifier_the_time_and_the_body()
    {
        using var receiver = new WebhookReceiver();

        await CreateSink(receiver).SendAsync("churn", await RaiseAsync("churn"), default);

        var request = receiver.Requests.Single();
        Assert.That((request.Headers["webhook-id"], request.Headers["webhook-timestamp"]), Is.EqualTo(("churn:2", $"{s_now.ToUnixTimeSeconds()}")));
        using var hmac = new HMACSHA256(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        var signed = $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(request.Body)}";
        var expected = Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(signed)));
        Assert.That(request.Headers["webhook-signature"], Is.EqualTo($"v1,{expected}"));
    }

    /// <summary>The example of the specification of Standard Webhooks, whose signature was computed by another implementation.</summary>
    [Test]
    public void The_signature_matches_the_example_of_the_specification()
    {
        var key = WebhookSignature.TryGetKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

        var signature = WebhookSignature.Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"u8.ToArray());

        Assert.That(signature, Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    [Test]
    public async Task Without_a_secret_the_request_is_not_signed()
    {
        using var receiver = new WebhookReceiver();
        var sink = new WebhookSink("pager", new WebhookOptions { Url = receiver.Url }, _client, _clock);

        await sink.SendAsync("churn", await RaiseAsync("churn"), default);

        Assert.That(receiver.Requests.Single().Headers.Keys, Does.Not.Contain("webhook-signature"));
    }

    [Test]
    public async Task An_event_of_the_registry_contains_the_actor_the_reason_and_the_event()
    {
        using var receiver = new WebhookReceiver();
        await _registry.CreateAsync("churn");
        await _registry.DeleteModelAsync("churn", reason: "replaced");

        await CreateSink(receiver).SendAsync("churn", await _registry.ReadHistoryAsync("churn").LastAsync(), default);

        var json = receiver.Requests.Single().Json;
        Assert.That(json.GetProperty("type").GetString(), Is.EqualTo("mlops.model.modelDeleted"));
        Assert.That(json.GetProperty("data").GetRawText(), Is.EqualTo(
            """{"model":"churn","actor":"monitor","reason":"replaced","event":{"kind":"modelDeleted","reason":"replaced"}}"""));
    }

    [Test]
    public async Task Events_are_selected_by_kind_and_model()
    {
        var raised = await RaiseAsync("churn");
        var created = await _registry.ReadHistoryAsync("churn").FirstAsync();
        var alerts = new WebhookSink("a", new WebhookOptions(), _client, _clock);
        var selected = new WebhookSink("b", new WebhookOptions { Events = { "CREATED" }, Models = { "churn" } }, _client, _clock);

        Assert.That((alerts.Accepts("churn", raised), alerts.Accepts("churn", created)), Is.EqualTo((true, false)));
        Assert.That(
            (selected.Accepts("churn", raised), selected.Accepts("churn", created), selected.Accepts("fraud", created)),
            Is.EqualTo((false, true, false)));
    }

    [TestCase(200, "Delivered")]
    [TestCase(204, "Delivered")]
    [TestCase(302, "Rejected")]
    [TestCase(400, "Rejected")]
    [TestCase(404, "Rejected")]
    [TestCase(408, "Failed")]
    [TestCase(429, "Failed")]
    [TestCase(500, "Failed")]
    [TestCase(503, "Failed")]
    public async Task The_status_of_the_answer_decides_on_the_next_attempt(int status, string expected)
    {
        using var other = new WebhookReceiver();
        using var receiver = new WebhookReceiver((_, response) =>
        {
            response.StatusCode = status;
            response.RedirectLocation = status == 302 ? other.Url.ToString() : null;
            return Task.CompletedTask;
        });

        var result = await CreateSink(receiver).SendAsync("churn", await RaiseAsync("churn"), default);

        Assert.That(result.Status.ToString(), Is.EqualTo(expected));
        Assert.That(result.Reason, Is.EqualTo(expected == "Delivered" ? "" : $"The receiver answered with status {status}."));
        Assert.That(other.Requests, Is.Empty);
    }

    [Test]
    public async Task A_receiver_that_is_gone_stops_the_sink()
    {
        using var receiver = new WebhookReceiver(static (_, response) =>
        {
            response.StatusCode = (int)HttpStatusCode.Gone;
            return Task.CompletedTask;
        });
        var sink = CreateSink(receiver);

        var result = await sink.SendAsync("churn", await RaiseAsync("churn"), default);

        Assert.That((result.Status, sink.IsGone), Is.EqualTo((DeliveryStatus.Gone, true)));
    }

    [TestCase("120", 120)]
    [TestCase("Mon, 04 May 2026 10:01:00 GMT", 60)]
    public async Task The_requested_delay_is_read(string header, int seconds)
    {
        using var receiver = new WebhookReceiver((_, response) =>
        {
            response.StatusCode = 503;
            response.AddHeader("Retry-After", header);
            return Task.CompletedTask;
        });

        var result = await CreateSink(receiver).SendAsync("churn", await RaiseAsync("churn"), default);

        Assert.That(result.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public async Task A_receiver_that_does_not_answer_is_a_failure_after_the_time_limit()
    {
        var release = new TaskCompletionSource();
        using var receiver = new WebhookReceiver((_, _) => release.Task);
        var sending = CreateSink(receiver).SendAsync("churn", await RaiseAsync("churn"), default);
        await receiver.WaitAsync(1);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That(await sending, Is.EqualTo(new DeliveryResult(DeliveryStatus.Failed, "The receiver did not answer within 00:00:10.")));
        release.SetResult();
    }

    [Test]
    public async Task A_receiver_that_is_not_reachable_is_a_failure_whose_reason_does_not_contain_the_address()
    {
        var receiver = new WebhookReceiver();
        receiver.Dispose();

        var result = await CreateSink(receiver).SendAsync("churn", await RaiseAsync("churn"), default);

        Assert.That(result, Is.EqualTo(new DeliveryResult(DeliveryStatus.Failed, "The request failed (ConnectionError).")));
    }

    private WebhookSink CreateSink(WebhookReceiver receiver) =>
        new("pager", new WebhookOptions { Url = receiver.Url, Secret = Secret }, _client, _clock);

    private async Task<RecordEvent> RaiseAsync(string model, double threshold = 0.3)
    {
        await _registry.CreateAsync(model);
        await _registry.RaiseAlertAsync(model, new ModelAlert
        {
            Rule = "drift",
            Subject = "age",
            Value = 0.5,
            Threshold = threshold,
            WindowEnd = s_now,
            Message = "1 of 2 features drifted (age).",
        });
        return await _registry.ReadHistoryAsync(model).LastAsync();
    }
}
