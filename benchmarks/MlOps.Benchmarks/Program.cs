using System.Globalization;
using MlOps.Benchmarks.Metrics;
using MlOps.Benchmarks.Monitoring;
using MlOps.Benchmarks.Serving;
using MlOps.Benchmarks.Storage;
using MlOps.Benchmarks.Tracking;
using MlOps.Benchmarks.Versions;

if (args is [PeakMemoryBenchmarks.Command, var operation, var length])
{
    await PeakMemoryBenchmarks.TransferAsync(operation, long.Parse(length, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [StartBenchmarks.Command, var format, var file, var path])
{
    await StartBenchmarks.RunFirstAsync(format, file, path);
    return 0;
}

if (args is [SinkBenchmarks.Command, var sink, var folder, var points])
{
    await SinkBenchmarks.FillAsync(sink, folder, int.Parse(points, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [DriftCheck.Command, var expectations])
{
    return await DriftCheck.RunAsync(expectations, Console.Out, Console.Error);
}

if (args is not [("storage" or "versions" or "serving" or "metrics" or "tracking" or "monitoring") and var subject, .. var options])
{
    await Console.Error.WriteLineAsync("usage: storage [--only local|s3|azure|memory] [--quick] | versions [--only snapshots|registry|migration] "
        + "[--quick] | serving [--only leases|forest|onnx|swaps|starts] [--quick] | metrics [--only record|flood|sinks] [--quick] | tracking [--only "
        + "search|runs] [--quick] | monitoring [--only profiles|drift|request|log|quality] [--quick] | drift FILE");
    return 2;
}

var only = Array.IndexOf(options, "--only") is >= 0 and var index ? options[index + 1] : null;
var quick = options.Contains("--quick");
var report = subject switch
{
    "storage" => await StorageBenchmarks.RunAsync(only, quick ? Scale.Quick : Scale.Full),
    "versions" => await VersionsBenchmarks.RunAsync(only, quick ? VersionsScale.Quick : VersionsScale.Full),
    "metrics" => await MetricsBenchmarks.RunAsync(only, quick ? MetricsScale.Quick : MetricsScale.Full),
    "monitoring" => await MonitoringBenchmarks.RunAsync(only, quick),
    "tracking" => await TrackingBenchmarks.RunAsync(only, quick ? TrackingScale.Quick : TrackingScale.Full),
    _ => await ServingBenchmarks.RunAsync(only, quick ? ServingScale.Quick : ServingScale.Full),
};
Console.WriteLine(report);
if (only is null && !quick)
{
    // Only a complete run writes the report; parts and trials only print.
    var results = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "../../../results"));
    await File.WriteAllTextAsync(Path.Combine(results.FullName, $"{subject}.md"), report);
}

return 0;
