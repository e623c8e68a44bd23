using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using MlOps.Metrics;
using MlOps.Registry;

namespace MlOps.Serving;

[NonParallelizable]
public sealed class IdlePollingTests : ServingFixture
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly string _model = $"idle-{Guid.NewGuid():N}";

    [Test]
    public async Task A_poll_without_changes_records_no_span_no_measurement_and_no_exception()
    {
        var service = await StartIdleAsync();
        using var durations = Collect(service);
        using var listener = Listen();
        using var exceptions = new ExceptionCounter(_model);

        for (var look = 0; look < 3; look++)
        {
            var before = service.Model.Status.Checked;
            await service.PollAsync(status => status.Checked > before);
        }

        Assert.That(_spans, Is.Empty);
        Assert.That(durations.GetMeasurementSnapshot(), Is.Empty);
        Assert.That(exceptions.Value, Is.Zero);
    }

    [Test]
    public async Task Each_failed_poll_records_a_root_span_and_a_measurement()
    {
        var service = await StartIdleAsync();
        using var durations = Collect(service);
        using var listener = Listen();
        Store.IsUnplugged = true;

        for (var look = 1; look <= 2; look++)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(5));
            await Until.IsTrueAsync(() => durations.GetMeasurementSnapshot().Count == look);
        }

        Assert.That(durations.GetMeasurementSnapshot().Select(static one => one.Tags[MlOpsDiagnostics.ErrorTypeAttribute]),
            Is.All.EqualTo(typeof(ProviderException).FullName));
        Assert.That(_spans.Select(static span => (span.Status, span.ParentId)), Is.EqualTo(Enumerable.Repeat((ActivityStatusCode.Error, (string?)null), 2)));
        Assert.That(service.Model.Status.Error, Does.Contain("unplugged"));
    }

    [Test]
    public async Task A_poll_that_finds_a_new_version_is_recorded()
    {
        var service = await StartIdleAsync();
        using var durations = Collect(service);
        using var listener = Listen();

        await PromoteElsewhereAsync(2);
        await service.PollAsync(static status => status.ReadyVersion == 2);

        Assert.That(_spans.Select(static span => span.OperationName), Has.Some.EqualTo("artifact find").And.Some.EqualTo("artifact read"));
        Assert.That(_spans.Select(static span => span.ParentId), Has.Some.Null);
        Assert.That(durations.GetMeasurementSnapshot(), Is.Not.Empty);
    }

    [Test]
    public async Task A_missing_model_causes_one_exception_and_one_warning()
    {
        var service = CreateService(options => (options.Model, options.Start) = (_model, ModelStartMode.Optional));
        await service.StartAsync();
        using var durations = Collect(service);
        using var exceptions = new ExceptionCounter(_model);
        Store.Requests = 0;

        for (var look = 1; look <= 3; look++)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(5));
            await Until.IsTrueAsync(() => Store.Requests == look);
        }

        Assert.That(durations.GetMeasurementSnapshot(), Is.Empty);
        Assert.That(exceptions.Value, Is.Zero);
        Assert.That(service.Model.Status.Error, Does.Contain($"There is no model '{_model}'"));
        await service.PromoteAsync("2", _model);
        await service.WaitAsync(static status => status.ReadyVersion == 1);
    }

    [Test]
    public async Task The_process_that_moves_an_alias_serves_the_version_before_the_next_poll()
    {
        var service = await StartIdleAsync();

        await service.PromoteAsync("3", _model);
        await service.WaitAsync(static status => status.ReadyVersion == 2);
        await service.Registry.RollBackAsync(_model, "production");
        await service.WaitAsync(static status => status.ReadyVersion == 1);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task Sinks_receive_no_points_while_the_service_is_idle()
    {
        var points = 0;
        var service = CreateService(
            build: builder => builder.AddModel<Point, Answer>("line", options => options.Model = _model)
                .AddMetricsSink("Count", (_, _) => new CountingSink(count => Interlocked.Add(ref points, count))),
            settings: [("Metrics:Sinks:Count:BatchSize", "1"), ("Metrics:CollectInterval", "1.00:00:00")]);
        await service.PromoteAsync("2", _model);
        await service.StartAsync();
        var recorder = service.Services.GetRequiredService<MetricsPipeline>();
        await recorder.FlushAsync();
        var before = Volatile.Read(ref points);

        for (var look = 0; look < 3; look++)
        {
            var looked = service.Model.Status.Checked;
            await service.PollAsync(status => status.Checked > looked);
        }

        await recorder.FlushAsync();
        Assert.That(before, Is.Positive);
        Assert.That(Volatile.Read(ref points), Is.EqualTo(before));
    }

    private async Task<Service> StartIdleAsync()
    {
        var service = CreateService(options => options.Model = _model);
        await service.PromoteAsync("2", _model);
        await service.StartAsync();
        return service;
    }

    /// <summary>Registers and promotes a version as another process would.</summary>
    private async Task PromoteElsewhereAsync(int version)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "slope.txt");
        await File.WriteAllTextAsync(file, "3");
        var registry = new ModelRegistry(Store, new RegistryOptions { Formats = { "line" } });
        await registry.RegisterAsync(_model, new ModelRegistration { Format = "line", Files = [file], Signature = Line.Signature });
        await registry.SetAliasAsync(_model, "production", version);
    }

    private static MetricCollector<double> Collect(Service service) =>
        new(service.Services.GetRequiredService<IMeterFactory>(), MlOpsDiagnostics.MeterName, MlOpsDiagnostics.ArtifactOperationDuration);

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == MlOpsDiagnostics.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if ((span.GetTagItem(MlOpsDiagnostics.PathAttribute) as string)?.Contains(_model, StringComparison.Ordinal) == true)
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Counts the exceptions about a model, caught or not.</summary>
    private sealed class ExceptionCounter : IDisposable
    {
        private readonly string _model;
        private int _count;

        public ExceptionCounter(string model)
        {
            _model = model;
            AppDomain.CurrentDomain.FirstChanceException += Count;
        }

        public int Value => Volatile.Read(ref _count);

        public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Count;

        private void Count(object? sender, FirstChanceExceptionEventArgs arguments)
        {
            if (arguments.Exception.Message.Contains(_model, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
            }
        }
    }

    private sealed class CountingSink(Action<int> count) : IMetricsSink
    {
        public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
        {
            count(points.Length);
            return Task.CompletedTask;
        }
    }
}
