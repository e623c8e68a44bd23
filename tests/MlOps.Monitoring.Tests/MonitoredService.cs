using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Windows;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Validation;

namespace MlOps.Monitoring;

/// <summary>A service with <c>AddMonitoring</c> that predicts with the model <c>churn</c>. Several services can share a store and a clock.</summary>
internal sealed class MonitoredService : IAsyncDisposable
{
    public const string Model = "churn";
    private static readonly InputViolation s_violation = new("Age", InputRule.Maximum, "0 to 120", "141", InputPolicy.Reject, "Correct the age.");
    private readonly ServiceProvider _services;
    private readonly Dictionary<int, (ObservedVersion Version, IRowObserver<Customer, Churn> Observer)> _observers = [];

    public MonitoredService(FakeTimeProvider clock, IArtifactStore? store = null, Dictionary<string, string?>? settings = null)
    {
        Clock = clock;
        Store = store ?? new InMemoryArtifactStore();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection((settings ?? []).Append(new("MlOps:Storage:Provider", "test"))).Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Logs)));
        services.AddMlOps(configuration).AddArtifactStore("test", _ => Store).AddMonitoring();
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; }

    public IArtifactStore Store { get; }

    public FakeLogCollector Logs { get; } = new();

    public IModelMonitor Monitor => Get<IModelMonitor>();

    public static FakeTimeProvider NewClock() => new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Registers a version whose baseline has ages from 20 to 59 and points the alias <c>production</c> at it.</summary>
    public async Task<ModelVersion> RegisterAsync(bool hasBaseline = true)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "model.onnx");
            await File.WriteAllTextAsync(file, "model");
            List<string> files = [file];
            if (hasBaseline)
            {
                var customers = Enumerable.Range(0, 2_000).Select(static index => new Customer { Age = 20 + (index % 40) }).ToList();
                var baseline = await Baseline.CreateAsync(
                    RowSource.From(customers), RowSource.From(customers.Select(static customer => Churn.Of(customer))));
                files.Add(baseline.Write(folder.FullName));
            }

            var registry = Get<IModelRegistry>();
            var version = await registry.RegisterAsync(Model, new ModelRegistration { Format = "onnx", Files = files });
            await registry.SetAliasAsync(Model, "production", version.Number);
            return version;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Observes a prediction for a customer; the prediction is <c>yes</c> from an age of 40.</summary>
    public Guid Predict(ModelVersion version, double age, bool isRejected = false)
    {
        if (!_observers.TryGetValue(version.Number, out var found))
        {
            var observed = new ObservedVersion
            {
                ServedAs = Model,
                Version = new LocalVersion { Metadata = version, Folder = Path.GetTempPath() },
                Signature = new ModelSignature { Inputs = [], Outputs = [] },
            };
            found = (observed, Get<PredictionCollector>().CreateForRows<Customer, Churn>(observed)!);
            _observers.Add(version.Number, found);
        }

        var customer = new Customer { Age = age };
        var prediction = new Prediction<Churn>(
            isRejected ? null : Churn.Of(customer), found.Version.Version, Guid.NewGuid(), isRejected ? [s_violation] : []);
        found.Observer.Observe(customer, in prediction, elapsedTicks: -1);
        return prediction.Id;
    }

    /// <summary>Observes predictions for customers with ages from a minimum to 39 years more.</summary>
    public List<(Guid Id, double Age)> PredictMany(ModelVersion version, int youngest, int count = 400)
    {
        var predictions = new List<(Guid Id, double Age)>();
        for (var index = 0; index < count; index++)
        {
            double age = youngest + (index % 40);
            predictions.Add((Predict(version, age), age));
        }

        return predictions;
    }

    public async Task<WindowState> ReadEvaluationAsync()
    {
        await foreach (var entry in Store.ListAsync(ArtifactPath.Parse($"monitoring/{Model}/evaluations")))
        {
            return new WindowState(entry.Path, entry.ETag);
        }

        throw new InvalidOperationException("There is no evaluation.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, observer) in _observers.Values)
        {
            observer.Dispose();
        }

        await _services.DisposeAsync();
    }

    internal sealed record WindowState(ArtifactPath Path, string ETag);

    internal sealed class Customer
    {
        public double Age { get; set; }
    }

    internal sealed class Churn
    {
        public string PredictedLabel { get; set; } = "";

        public double Probability { get; set; }

        public static Churn Of(Customer customer) => new()
        {
            PredictedLabel = customer.Age >= 40 ? "yes" : "no",
            Probability = customer.Age >= 40 ? 0.9 : 0.1,
        };
    }
}
