using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ObjectPool;

namespace MlOps.Benchmarks.Serving;

/// <summary>Measures the cost of renting and returning a predictor against the design of PredictionEnginePool.</summary>
/// <remarks>That design is a pool of objects, found by name, behind a loader of the model.</remarks>
internal static class LeaseBenchmarks
{
    private const double MostNanoseconds = 25;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, ServingScale scale)
    {
        var file = Path.Combine(folder, "echo.txt");
        await File.WriteAllTextAsync(file, "echo");
        await using var service = new ModelService(folder, static builder => builder.AddModelLoader<EchoLoader>().AddModel<EchoRow, EchoAnswer>("echo"));
        await service.PromoteAsync("echo", "echo", file);
        await service.StartAsync();
        var model = service.Get<EchoRow, EchoAnswer>("echo");
        var pool = new NamedPools();

        var outcomes = new List<IOutcome>();
        foreach (var threads in new[] { 1, 2, 4 })
        {
            await Console.Error.WriteLineAsync($"leases on {threads} threads");
            var (times, allocated) = Calls.Measure(
                threads,
                scale.Rounds,
                static () =>
                {
                    var (predictor, row, answer) = (new EchoLoader.EchoPredictor(), new EchoRow(), new EchoAnswer());
                    return _ => predictor.Predict(row, answer);
                },
                () =>
                {
                    var (row, answer) = (new EchoRow(), new EchoAnswer());
                    return _ => model.Predict(row, answer);
                },
                () =>
                {
                    var (row, answer) = (new EchoRow(), new EchoAnswer());
                    return _ => pool.Predict("echo", row, answer);
                });
            var (ours, theirs) = (Calls.Over(times[1], times[0]), Calls.Over(times[2], times[0]));
            outcomes.Add(new Figure(
                string.Create(CultureInfo.InvariantCulture, $"Predict over a call of the predictor, {threads} thread(s)"),
                "≤ 25 ns, 0 B",
                string.Create(CultureInfo.InvariantCulture, $"{ours:0.0} ns, {allocated[1]:0.#} B"),
                ours <= MostNanoseconds && allocated[1] < 0.01,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Renting and returning, the validator's call, the identifier and the result, with a model that only copies a number. "
                        + $"The pool of objects: {theirs:0.0} ns, {allocated[2]:0.#} B.")));
        }

        return outcomes;
    }

    /// <summary>The design of PredictionEnginePool 5: pools by name, each behind a loader whose model can be replaced.</summary>
    private sealed class NamedPools
    {
        private readonly ConcurrentDictionary<string, Loader> _loaders = new(StringComparer.Ordinal);

        public void Predict(string name, EchoRow row, EchoAnswer answer)
        {
            var pool = _loaders.GetOrAdd(name, static _ => new Loader()).Pool;
            var predictor = pool.Get();
            try
            {
                predictor.Predict(row, answer);
            }
            finally
            {
                pool.Return(predictor);
            }
        }

        private sealed class Loader
        {
            public ObjectPool<EchoLoader.EchoPredictor> Pool { get; } = new DefaultObjectPoolProvider().Create(new Policy());
        }

        private sealed class Policy : PooledObjectPolicy<EchoLoader.EchoPredictor>
        {
            public override EchoLoader.EchoPredictor Create() => new();

            public override bool Return(EchoLoader.EchoPredictor obj) => true;
        }
    }
}
