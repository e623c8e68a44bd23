using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace MlOps.Benchmarks.Serving;

/// <summary>Measures predictions with ML.NET and validation of thirty features against a prediction engine on one thread.</summary>
internal static class ForestBenchmarks
{
    private const double MostNanosecondsOver = 150;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, ServingScale scale)
    {
        var forest = Forest.Train(folder);
        await using var service = new ModelService(folder, static builder => builder.AddMLNetModels().AddModel<ThirtyFeatures, TumourAnswer>("forest"));
        await service.PromoteAsync("forest", "mlnet", forest.File, Forest.Signature);
        await service.StartAsync();
        var model = service.Get<ThirtyFeatures, TumourAnswer>("forest");

        var outcomes = new List<IOutcome>();
        foreach (var threads in new[] { 1, 2, 4 })
        {
            await Console.Error.WriteLineAsync($"forest on {threads} threads");
            var (times, allocated) = Calls.Measure(
                threads,
                scale.Rounds,
                () =>
                {
                    var engine = forest.Context.Model.CreatePredictionEngine<ThirtyFeatures, TumourAnswer>(forest.Model);
                    var answer = new TumourAnswer();
                    return call => engine.Predict(forest.Rows[call % forest.Rows.Length], ref answer);
                },
                () =>
                {
                    var answer = new TumourAnswer();
                    return call => model.Predict(forest.Rows[call % forest.Rows.Length], answer);
                });
            var over = Calls.Over(times[1], times[0]);
            outcomes.Add(new Figure(
                string.Create(CultureInfo.InvariantCulture, $"ML.NET: Predict with 30 features validated over a raw PredictionEngine, {threads} thread(s)"),
                "≤ 150 ns, no more bytes",
                string.Create(CultureInfo.InvariantCulture, $"{over:0} ns, {allocated[1] - allocated[0]:0.#} B"),
                over <= MostNanosecondsOver && allocated[1] - allocated[0] < 1,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A forest of 20 trees; each thread has a raw engine of its own. Raw: {Calls.Median(times[0]):#,0} ns, {allocated[0]:0} B; ours: "
                        + $"{Calls.Median(times[1]):#,0} ns, {allocated[1]:0} B.")));
        }

        return outcomes;
    }
}
