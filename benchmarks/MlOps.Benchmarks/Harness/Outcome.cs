using System.Globalization;
using System.Text;

namespace MlOps.Benchmarks;

/// <summary>The result of a comparison, as a table and as a row of the summary.</summary>
internal sealed class Outcome : IOutcome
{
    private readonly Comparison _comparison;
    private readonly IReadOnlyList<Measurement> _measurements;
    private readonly Measurement _ours;
    private readonly Measurement _baseline;

    public Outcome(Comparison comparison, IReadOnlyList<Measurement> measurements)
    {
        _comparison = comparison;
        _measurements = measurements;
        _ours = measurements.Single(static one => one.Contender.IsOurs);
        _baseline = measurements.Where(static one => one.Contender.IsBaseline && one.Failure is null).MinBy(static one => one.Time)
            ?? throw new InvalidOperationException($"'{comparison.Title}' has no baseline that works: {measurements[0].Failure}");
    }

    private bool IsMet =>
        _ours.SpeedAgainst(_baseline) >= _comparison.Aim && (!_comparison.AimsAtFewerAllocations || _ours.AllocatedBytes < _baseline.AllocatedBytes);

    public string ToSummaryRow()
    {
        var aim = $"≥ {_comparison.Aim:0.00}× {_baseline.Contender.Name}" + (_comparison.AimsAtFewerAllocations ? ", fewer bytes allocated" : "");
        var (low, high) = _ours.IntervalAgainst(_baseline);
        var measured = $"{_ours.SpeedAgainst(_baseline):0.00}× ({low:0.00} to {high:0.00})"
            + (_comparison.AimsAtFewerAllocations ? $", {Size(_ours.AllocatedBytes)} against {Size(_baseline.AllocatedBytes)}" : "");
        return $"| {_comparison.Title} | {aim} | {measured} | {(IsMet ? "yes" : "**no**")} |";
    }

    public string ToSection()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"### {_comparison.Title}\n\n");
        if (_comparison.Remark.Length > 0)
        {
            text.Append(_comparison.Remark).Append("\n\n");
        }

        text.Append("| contender | median | speed | throughput | allocated per operation |\n|---|--:|--:|--:|--:|\n");
        foreach (var one in _measurements)
        {
            text.Append(ToRow(one)).Append('\n');
        }

        return text.ToString();
    }

    private string ToRow(Measurement one)
    {
        var name = one.Contender.IsOurs ? $"**{one.Contender.Name}**" : one.Contender.Name;
        return one.Failure is { } failure
            ? $"| {name} | fails: {failure.ReplaceLineEndings(" ")} | | | |"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {one.Time.TotalMilliseconds:#,0.0} ms | "
                + $"{one.SpeedAgainst(_baseline):0.00}{(one == _baseline ? " (baseline)" : "")} | {Throughput(one)} | {Size(one.AllocatedBytes)} |");
    }

    private string Throughput(Measurement one)
    {
        var seconds = one.Time.TotalSeconds;
        var operations = _comparison.Operations == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{_comparison.Operations / seconds:#,0} /s");
        var bytes = _comparison.Bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{_comparison.Bytes / seconds / 1e6:#,0.0} MB/s");
        return string.Join(", ", new[] { operations, bytes }.Where(static part => part.Length > 0));
    }

    private string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3 / _comparison.Operations:#,0.0} kB");
}
