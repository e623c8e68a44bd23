using System.Text;
using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Collects the results of an evaluation and records them: first all files in one operation, then the metrics.</summary>
internal sealed class EvaluationRecorder(IRun run, EvaluationOptions? options)
{
    private readonly List<(string Name, double Value)> _metrics = [];
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public EvaluationOptions Options { get; } = options ?? new EvaluationOptions();

    /// <summary>Gets the seed of random samples, so that a repeated run produces the same results.</summary>
    public int Seed => run.Info.Seed;

    public void AddMetric(string name, double value) => _metrics.Add((Options.Prefix + name, value));

    public void AddFile(string name, string text) => _files.Add(name, text);

    /// <summary>Adds a chart and its data.</summary>
    public void AddChart(string name, CsvTable data, string svg)
    {
        AddFile(name + ".csv", data.ToString());
        AddFile(name + ".svg", svg);
    }

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_files.Count > 0)
        {
            var folder = $"evaluation/{Options.Prefix}".TrimEnd('/');
            var streams = _files.ToDictionary(
                static file => file.Key, static file => (Stream)new MemoryStream(Encoding.UTF8.GetBytes(file.Value), writable: false));
            await run.LogArtifactsAsync(new RunArtifacts { Streams = streams, Folder = folder }, null, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (name, value) in _metrics)
        {
            run.LogMetric(name, value, Options.Step);
        }
    }
}
