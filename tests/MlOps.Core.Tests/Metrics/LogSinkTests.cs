using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Testing;

namespace MlOps.Metrics;

public sealed class LogSinkTests : MetricsSinkConformance
{
    private readonly FakeLogCollector _log = new();

    protected override bool KeepsEveryPoint => false;

    protected override bool KeepsTimes => false;

    protected override IMetricsSink CreateSink()
    {
        _log.Clear();
        return new LogSink(new FakeLogger(_log));
    }

    protected override Task<IReadOnlyList<MetricDataPoint>> ReadBackAsync() =>
        Task.FromResult<IReadOnlyList<MetricDataPoint>>([.. _log.GetSnapshot().Select(ToPoint)]);

    [Test]
    public async Task Batch_is_a_line_for_each_series_at_information()
    {
        await CreateSink().WriteAsync(Points.Of("loss", 3, 1, 2));

        var record = _log.GetSnapshot().Single();
        Assert.That(record.Level, Is.EqualTo(LogLevel.Information));
        Assert.That(record.Message, Is.EqualTo("loss {} = 2  at step 2, the last of 3 values from 1 to 3"));
    }

    private static MetricDataPoint ToPoint(FakeLogRecord record)
    {
        var tags = record.GetStructuredStateValue("Tags")!;
        var step = record.GetStructuredStateValue("Step")!;
        var unit = record.GetStructuredStateValue("Unit")!;
        var series = new MetricSeries(
            record.GetStructuredStateValue("Metric")!,
            unit.Length == 0 ? null : unit,
            tags.Length == 0 ? null : Split(tags)
                .ToDictionary(static tag => tag[..tag.IndexOf('=', StringComparison.Ordinal)], static tag =>
                tag[(tag.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        return new MetricDataPoint(
            series,
            double.Parse(record.GetStructuredStateValue("Value")!, CultureInfo.InvariantCulture),
            DateTimeOffset.UnixEpoch,
            step.Length == 0 ? null : long.Parse(step[" at step ".Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>Parses tags. The tags of the suite end with the key "split".</summary>
    private static string[] Split(string tags) => tags.IndexOf(", größe=", StringComparison.Ordinal) is > 0 and var end
        ? [tags[..end], tags[(end + 2)..]]
        : tags.StartsWith("größe=1, ", StringComparison.Ordinal) ? ["größe=1", tags["größe=1, ".Length..]] : [tags];
}
