namespace MlOps.Metrics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MetricsScopeTests : IAsyncDisposable
{
    private readonly RecordingSink _own = new();
    private readonly RecordingSink _configured = new();
    private readonly MetricsPipeline _pipeline;

    public MetricsScopeTests() =>
        _pipeline = new MetricsPipeline(TimeProvider.System, null, [new ConfiguredSink("sink", _configured, new MetricsSinkOptions())]);

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        _own.Dispose();
    }

    [Test]
    public async Task Points_go_plain_to_the_scope_and_tagged_to_the_other_sinks()
    {
        await using var scope = _pipeline.OpenScope(_own, "scope", 65_536, new Dictionary<string, string> { ["run"] = "7" });

        scope.GetMetric("loss", "nats", new Dictionary<string, string> { ["fold"] = "1" }).Record(1);
        _pipeline.GetMetric("other").Record(2);
        await _pipeline.FlushAsync();

        Assert.That(_own.Points.Select(static point => $"{point.Series.Name} {string.Join(' ', point.Series.Tags)}"), Is.EqualTo(new[] { "loss [fold, 1]" }));
        Assert.That(
            _configured.Points.Select(static point => $"{point.Series.Name} {string.Join(' ', point.Series.Tags.OrderBy(static tag => tag.Key))}"),
            Is.EquivalentTo(new[] { "loss [fold, 1] [run, 7]", "other " }));
    }

    [Test]
    public async Task Million_points_in_a_tight_loop_all_arrive_in_order()
    {
        const int count = 1_000_000;
        await using var scope = _pipeline.OpenScope(_own, "scope", 65_536, new Dictionary<string, string>());
        var metric = scope.GetMetric("loss");

        for (var step = 0; step < count; step++)
        {
            metric.Record(step, step);
        }

        await scope.FlushAsync();

        var steps = _own.Steps;
        Assert.That(steps, Has.Count.EqualTo(count));
        Assert.That(Enumerable.Range(0, count).All(step => steps[step] == step));
        Assert.That(scope.Dropped, Is.Zero);
    }

    [Test]
    public async Task Values_recorded_after_the_end_are_dropped_and_counted()
    {
        var scope = _pipeline.OpenScope(_own, "scope", 65_536, new Dictionary<string, string>());
        var metric = scope.GetMetric("loss");
        metric.Record(1, 1);

        await scope.DisposeAsync();
        metric.Record(2, 2);
        scope.GetMetric("late").Record(3, 3);
        await _pipeline.FlushAsync();

        Assert.That(_own.Steps, Is.EqualTo(new[] { 1 }));
        Assert.That(_configured.Steps, Is.EqualTo(new[] { 1 }));
        Assert.That(scope.Dropped, Is.EqualTo(2));
        Assert.That(_own.IsDisposed, Is.False);
    }

    [Test]
    public async Task Scope_works_without_enabled_sinks()
    {
        await using var pipeline = new MetricsPipeline(TimeProvider.System);
        await using var scope = pipeline.OpenScope(_own, "scope", 65_536, new Dictionary<string, string>());

        scope.GetMetric("loss").Record(1, 1);
        await scope.FlushAsync();

        Assert.That(_own.Steps, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Values_beyond_the_capacity_are_dropped_and_counted()
    {
        var gate = new MlOps.Testing.TestGate();
        var slow = new RecordingSink { OnWrite = gate.PassAsync };
        await using var pipeline = new MetricsPipeline(TimeProvider.System, new MetricsOptions { Capacity = 16_384 });
        await using var scope = pipeline.OpenScope(slow, "scope", 65_536, new Dictionary<string, string>());
        var metric = scope.GetMetric("loss");

        for (var step = 0; step < 1_000_000; step++)
        {
            metric.Record(step, step);
        }

        gate.Open();
        await scope.FlushAsync();

        Assert.That(scope.Dropped, Is.GreaterThan(0));
        Assert.That(slow.Points.Count + scope.Dropped, Is.EqualTo(1_000_000));
    }
}
