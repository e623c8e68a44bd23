using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Registry;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Hosts with configured sinks that share a store on disk.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlertDeliveryTests : IDisposable
{
    private const string Secret = "a secret of more than 24 bytes";
    private static readonly DateTimeOffset s_end = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-alerts-").FullName;
    private readonly FakeLogCollector _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Three_hosts_that_decide_at_once_send_one_request_and_write_one_warning()
    {
        using var receiver = new WebhookReceiver();
        IHost[] hosts = [CreateHost(receiver.Url), CreateHost(receiver.Url), CreateHost(receiver.Url)];
        await hosts[0].Services.GetRequiredService<IModelRegistry>().CreateAsync("churn");
        await Task.WhenAll(hosts.Select(static host => host.StartAsync()));
        await Task.WhenAll(hosts.Select(static host => host.Services.GetRequiredService<AlertDelivery>().DeliverAsync(default)));

        var recorded = await Task.WhenAll(hosts.Select(static host =>
            host.Services.GetRequiredService<AlertRecorder>().RecordAsync("churn", [Change(ModelEventKind.AlertRaised, s_end)], default)));
        await Task.WhenAll(hosts.Select(static host => host.Services.GetRequiredService<AlertDelivery>().DeliverAsync(default)));
        await receiver.WaitAsync(1);
        await hosts[0].Services.GetRequiredService<AlertRecorder>().RecordAsync("churn", [Change(ModelEventKind.AlertResolved, s_end.AddHours(1))], default);
        await Task.WhenAll(hosts.Select(static host => host.Services.GetRequiredService<AlertDelivery>().DeliverAsync(default)));
        await receiver.WaitAsync(2);
        await Task.WhenAll(hosts.Select(static host => host.StopAsync()));

        Assert.That(recorded.Sum(), Is.EqualTo(1));
        Assert.That(
            receiver.Requests.Select(static request => request.Json.GetProperty("type").GetString()),
            Is.EqualTo(["mlops.alert.raised", "mlops.alert.resolved"]));
        var sinks = hosts.SelectMany(static host => host.Services.GetServices<IAlertSink>()).OfType<CollectingSink>();
        Assert.That(sinks.SelectMany(static sink => sink.Alerts).Select(static alert => (alert.Id, alert.IsActive)), Is.EqualTo([("churn:2", true), ("churn:3", false)]));
        var entries = _log.GetSnapshot().Where(static entry => entry.Category == typeof(LogAlertSink).FullName).ToArray();
        Assert.That(entries.Select(static entry => (entry.Level, entry.Message)), Is.EqualTo(
        [
            (LogLevel.Warning, "Alert 'drift' of the model 'churn', version any: the value is 0.5, the threshold is 0.3. "
                + "1 of 2 features drifted (age). (alert churn:2)"),
            (LogLevel.Information, "The alert 'drift' of the model 'churn', version any, has ended: the value is 0.5, the threshold is 0.3. "
                + "1 of 2 features drifted (age). (alert churn:3)"),
        ]));
        Assert.That(_log.GetSnapshot().Select(static entry => entry.Message), Has.None.Contains(Secret).And.None.Contains("secret-path"));
        foreach (var host in hosts)
        {
            host.Dispose();
        }
    }

    [Test]
    public async Task A_model_of_a_webhook_that_is_not_monitored_is_reported()
    {
        using var receiver = new WebhookReceiver();
        using var host = CreateHost(receiver.Url, ("Models:0", "chrun"));

        await host.StartAsync();
        await host.StopAsync();

        Assert.That(_log.GetSnapshot().Select(static entry => entry.Message), Has.One.EqualTo(
            "MlOps:Monitoring:Webhooks:pager:Models contains 'chrun', which this process does not monitor. Did you mean 'churn'? "
            + "Monitor the model, or remove the name."));
    }

    [Test]
    public async Task A_host_with_faults_in_a_webhook_does_not_start()
    {
        using var host = CreateHost(new Uri("http://hooks.example.com/secret-path"), ("Evnts:0", "aliasSet"), ("Timeout", "00:00:00"));

        var thrown = await Assert.CatchAsync(() => host.StartAsync());

        Assert.That(thrown!.ToString(), Does.Contain("MlOps:Monitoring:Webhooks:pager:Url uses http").And.Contain("Timeout is 00:00:00")
            .And.Not.Contain("secret-path"));
    }

    [Test]
    public void Two_sinks_with_one_name_are_refused()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => _ = new AlertDelivery(
            null!,
            [new ScriptedSink("a"), new ScriptedSink("A")],
            static () => [],
            new AlertDeliveryOptions(),
            TimeProvider.System,
            new FakeLogger<AlertDelivery>()));

        Assert.That(thrown!.Message, Does.StartWith("2 alert sinks have the name 'a'."));
    }

    private static ModelChange Change(ModelEventKind kind, DateTimeOffset end) => new() { Kind = kind, Alert = AlertSamples.Drift(end) };

    private IHost CreateHost(Uri url, params (string Key, string Value)[] webhook)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MlOps:Storage:LocalDisk:Root"] = _folder,
            ["MlOps:Monitoring:DeliveryInterval"] = "00:00:01",
            ["MlOps:Monitoring:Webhooks:pager:Url"] = url.ToString(),
            ["MlOps:Monitoring:Webhooks:pager:Secret"] = Secret,
        }.Concat(webhook.Select(static item => KeyValuePair.Create($"MlOps:Monitoring:Webhooks:pager:{item.Key}", (string?)item.Value))));
        builder.Logging.AddProvider(new FakeLoggerProvider(_log));
        var services = builder.Services.AddMlOps(builder.Configuration).AddAlertSink<CollectingSink>();
        AlertsRegistration.Add(services, static _ => ["churn"]);
        return builder.Build();
    }

    private sealed class CollectingSink : IAlertSink
    {
        private readonly Lock _lock = new();
        private readonly List<Alert> _alerts = [];

        public string Name => "collecting";

        public IReadOnlyList<Alert> Alerts
        {
            get
            {
                lock (_lock)
                {
                    return [.. _alerts];
                }
            }
        }

        public Task SendAsync(Alert alert, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _alerts.Add(alert);
            }

            return Task.CompletedTask;
        }
    }
}
