using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Registry;
using MlOps.Storage;

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
        Assert.That(sinks.SelectMany(static sink => sink.Alerts).OrderBy(static alert => alert.Id, StringComparer.Ordinal)
                .Select(static alert => (alert.Id, alert.IsActive)), Is.EqualTo([("churn:2", true), ("churn:3", false)]));
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
            "MlOps:Alerts:Webhooks:pager:Models contains 'chrun', which this process does not monitor. Did you mean 'churn'? "
            + "Monitor the model, or remove the name."));
    }

    [Test]
    public async Task A_host_with_faults_in_a_webhook_does_not_start()
    {
        using var host = CreateHost(new Uri("http://hooks.example.com/secret-path"), ("Evnts:0", "aliasSet"), ("Timeout", "00:00:00"));

        var thrown = await Assert.CatchAsync(() => host.StartAsync());

        Assert.That(thrown!.ToString(), Does.Contain("MlOps:Alerts:Webhooks:pager:Url uses http").And.Contain("Timeout is 00:00:00")
            .And.Not.Contain("secret-path"));
    }

    /// <summary>The sink is the example of <see cref="IAlertSink"/>.</summary>
    [Test]
    public async Task The_sink_of_the_documentation_rolls_back_once_if_an_alert_is_delivered_twice()
    {
        var registry = new ModelRegistry(new InMemoryArtifactStore());
        var file = Path.Combine(_folder, "model.onnx");
        await File.WriteAllTextAsync(file, "model");
        for (var version = 1; version <= 3; version++)
        {
            await registry.RegisterAsync("churn", new ModelRegistration { Format = "onnx", Files = [file] });
            await registry.SetAliasAsync("churn", "production", version);
        }

        var alert = new Alert
        {
            Id = "churn:9",
            Model = "churn",
            Version = 3,
            Rule = "quality",
            IsActive = true,
            Message = "The accuracy is 0.7.",
            Time = s_end,
        };
        var sink = new RollBackOnLowQuality(registry);

        await sink.SendAsync(alert, default);
        await sink.SendAsync(alert, default);

        Assert.That((await registry.FindAsync("churn"))!.Aliases["production"].Version, Is.EqualTo(2));
    }

    [Test]
    public async Task A_failure_of_the_store_is_logged_at_the_first_second_and_fourth_time_and_delivery_continues()
    {
        var store = new FailingStore { IsFailing = true };
        var log = new FakeLogger<AlertDelivery>();
        var dispatcher = new AlertDispatcher(new ModelRegistry(store), store, TimeProvider.System, new FakeLogger<AlertDispatcher>());
        var sink = new ScriptedSink("s");
        using var delivery = new AlertDelivery(dispatcher, [sink], static () => ["churn"], new AlertDeliveryOptions(), TimeProvider.System, log);
        for (var look = 0; look < 5; look++)
        {
            await delivery.DeliverAsync(default);
        }

        store.IsFailing = false;
        await delivery.DeliverAsync(default);
        await new ModelRegistry(store).CreateAsync("churn");
        await delivery.DeliverAsync(default);

        Assert.That(
            log.Collector.GetSnapshot().Select(static entry => entry.Level),
            Is.EqualTo([LogLevel.Error, LogLevel.Error, LogLevel.Debug, LogLevel.Error, LogLevel.Debug]));
        Assert.That(sink.Received, Is.EqualTo(["churn:1"]));
    }

    [Test]
    public async Task An_alert_of_a_deleted_version_is_reported()
    {
        var registry = new ModelRegistry(new InMemoryArtifactStore());
        var log = new FakeLogger<AlertRecorder>();
        await registry.CreateAsync("churn");
        var change = new ModelChange { Kind = ModelEventKind.AlertRaised, Version = 3, Alert = AlertSamples.Drift(s_end) };

        Assert.That(await new AlertRecorder(registry, log).RecordAsync("churn", [change], default), Is.Zero);
        Assert.That(log.LatestRecord.Message, Does.StartWith("The change of the alert 'drift' of the model 'churn' was not recorded and is not delivered"));
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
            ["MlOps:Alerts:DeliveryInterval"] = "00:00:01",
            ["MlOps:Alerts:Webhooks:pager:Url"] = url.ToString(),
            ["MlOps:Alerts:Webhooks:pager:Secret"] = Secret,
        }.Concat(webhook.Select(static item => KeyValuePair.Create($"MlOps:Alerts:Webhooks:pager:{item.Key}", (string?)item.Value))));
        builder.Logging.AddProvider(new FakeLoggerProvider(_log));
        var services = builder.Services.AddMlOps(builder.Configuration).AddAlertSink<CollectingSink>();
        AlertsRegistration.Add(services, static _ => ["churn"]);
        return builder.Build();
    }

    private sealed class RollBackOnLowQuality(IModelRegistry registry) : IAlertSink
    {
        public string Name => "roll-back";

        public async Task SendAsync(Alert alert, CancellationToken cancellationToken)
        {
            if (alert is not { Rule: "quality", IsActive: true, Version: { } version })
            {
                return;
            }

            try
            {
                await registry.RollBackAsync(
                    alert.Model, "production", expectedVersion: version, reason: alert.Message, cancellationToken: cancellationToken);
            }
            catch (VersionConflictException)
            {
                // The alias does not point at the version any more: the alert was delivered before.
            }
        }
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
