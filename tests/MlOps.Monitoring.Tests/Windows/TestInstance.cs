using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Validation;

namespace MlOps.Monitoring.Windows;

/// <summary>An instance that serves versions of the model <c>churn</c>, with a manual clock.</summary>
internal sealed class TestInstance : IAsyncDisposable
{
    public const string Model = "churn";
    private static readonly Lazy<Task<ModelVersion[]>> s_versions = new(RegisterAsync);
    private static readonly InputViolation s_violation = new("Age", InputRule.Maximum, "0 to 120", "141", InputPolicy.Clamp, "Correct the age.");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Score _score = new();

    private TestInstance(IArtifactStore store, FakeTimeProvider clock, LocalVersion version, Action<WindowOptions>? configure, IObservedRowSink[] sinks)
    {
        Store = store;
        Clock = clock;
        Version = new ObservedVersion { ServedAs = Model, Version = version, Signature = version.Metadata.Signature! };
        configure?.Invoke(Options);
        Identity = new MonitoringInstance(clock);
        Collector = new PredictionCollector(
            store,
            Identity,
            _ => Options,
            _ => Baseline,
            sinks,
            static _ => null,
            _services.GetRequiredService<IMeterFactory>(),
            clock,
            new Logger<PredictionCollector>(new LoggerFactory([new FakeLoggerProvider(Logs)])));
        Observer = Collector.CreateForRows<Customer, Score>(Version)!;
    }

    public IArtifactStore Store { get; }

    public FakeTimeProvider Clock { get; }

    public WindowOptions Options { get; } = new();

    public WindowBaseline Baseline { get; set; } = WindowBaseline.None;

    public MonitoringInstance Identity { get; }

    public ObservedVersion Version { get; }

    public PredictionCollector Collector { get; }

    public IRowObserver<Customer, Score> Observer { get; }

    public FakeLogCollector Logs { get; } = new();

    public static FakeTimeProvider NewClock() => new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    public static async Task<TestInstance> StartAsync(
        IArtifactStore store, FakeTimeProvider clock, int version = 1, Action<WindowOptions>? configure = null, params IObservedRowSink[] sinks)
    {
        var local = new LocalVersion { Metadata = (await s_versions.Value)[version - 1], Folder = Path.GetTempPath() };
        return new TestInstance(store, clock, local, configure, sinks);
    }

    /// <summary>Observes a prediction whose output is twice the age.</summary>
    public Guid Observe(double age, string? country = "DE", bool isRejected = false, bool isFlagged = false, long elapsedTicks = -1,
        IRowObserver<Customer, Score>? observer = null)
    {
        _score.Value = 2 * age;
        InputViolation[] violations = isRejected || isFlagged ? [s_violation] : [];
        var prediction = new Prediction<Score>(isRejected ? null : _score, Version.Version, Guid.NewGuid(), violations);
        (observer ?? Observer).Observe(new Customer { Age = age, Country = country }, in prediction, elapsedTicks);
        return prediction.Id;
    }

    public Task FlushAsync() => Collector.FlushAsync(CancellationToken.None);

    public Task<IReadOnlyList<MonitoringWindow>> ReadAsync() => ReadAsync(Store, Clock);

    public static async Task<IReadOnlyList<MonitoringWindow>> ReadAsync(IArtifactStore store, TimeProvider clock) =>
        await new WindowStore(store, clock)
            .ReadAsync(Model, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, version: null, CancellationToken.None).ToListAsync();

    public async ValueTask DisposeAsync()
    {
        Observer.Dispose();
        await Collector.DisposeAsync();
        await _services.DisposeAsync();
    }

    private static async Task<ModelVersion[]> RegisterAsync()
    {
        var registry = new ModelRegistry(new InMemoryArtifactStore());
        var folder = Directory.CreateTempSubdirectory("mlops-test-");
        var file = Path.Combine(folder.FullName, "model.onnx");
        await File.WriteAllTextAsync(file, "model");
        var registration = new ModelRegistration
        {
            Format = "onnx",
            Files = [file],
            Signature = new ModelSignature
            {
                Inputs = [new ModelFeature { Name = "x", Type = FeatureType.Float32, Shape = [null, 2] }],
                Outputs = [new ModelFeature { Name = "y", Type = FeatureType.Float32, Shape = [null, 1] }],
            },
        };
        var versions = new[] { await registry.RegisterAsync(Model, registration), await registry.RegisterAsync(Model, registration) };
        folder.Delete(recursive: true);
        return versions;
    }
}
