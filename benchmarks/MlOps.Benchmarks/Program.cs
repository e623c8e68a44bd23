using System.Globalization;
using MlOps.Benchmarks.Storage;

if (args is [PeakMemoryBenchmarks.Command, var operation, var length])
{
    await PeakMemoryBenchmarks.TransferAsync(operation, long.Parse(length, CultureInfo.InvariantCulture));
    return 0;
}

if (args is not ["storage", .. var options])
{
    await Console.Error.WriteLineAsync("usage: storage [--only local|s3|azure|memory] [--quick]");
    return 2;
}

var only = Array.IndexOf(options, "--only") is >= 0 and var index ? options[index + 1] : null;
var quick = options.Contains("--quick");
var report = await StorageBenchmarks.RunAsync(only, quick ? Scale.Quick : Scale.Full);
Console.WriteLine(report);
if (only is null && !quick)
{
    // The report is what one whole run found; parts and trials only print.
    var results = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "../../../results"));
    await File.WriteAllTextAsync(Path.Combine(results.FullName, "storage.md"), report);
}

return 0;
