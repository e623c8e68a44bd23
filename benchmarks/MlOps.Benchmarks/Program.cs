using System.Globalization;
using MlOps.Benchmarks.Serving;
using MlOps.Benchmarks.Storage;
using MlOps.Benchmarks.Versions;

if (args is [PeakMemoryBenchmarks.Command, var operation, var length])
{
    await PeakMemoryBenchmarks.TransferAsync(operation, long.Parse(length, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [StartBenchmarks.Command, var format, var file])
{
    await StartBenchmarks.RunFirstAsync(format, file);
    return 0;
}

if (args is not [("storage" or "versions" or "serving") and var subject, .. var options])
{
    await Console.Error.WriteLineAsync("usage: storage [--only local|s3|azure|memory] [--quick] | versions [--only snapshots|registry|migration] [--quick] | serving [--only leases|forest|onnx|swaps|starts] [--quick]");
    return 2;
}

var only = Array.IndexOf(options, "--only") is >= 0 and var index ? options[index + 1] : null;
var quick = options.Contains("--quick");
var report = subject switch
{
    "storage" => await StorageBenchmarks.RunAsync(only, quick ? Scale.Quick : Scale.Full),
    "versions" => await VersionsBenchmarks.RunAsync(only, quick ? VersionsScale.Quick : VersionsScale.Full),
    _ => await ServingBenchmarks.RunAsync(only, quick ? ServingScale.Quick : ServingScale.Full),
};
Console.WriteLine(report);
if (only is null && !quick)
{
    // The report is what one whole run found; parts and trials only print.
    var results = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "../../../results"));
    await File.WriteAllTextAsync(Path.Combine(results.FullName, $"{subject}.md"), report);
}

return 0;
