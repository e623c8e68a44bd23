// A process that writes to a store, for tests of concurrent processes and of processes that are killed. The first arguments are a command:
//
//   race <writers>                        For each input line, "<path>" or "<path> <etag>", starts one conditional write per writer at the same
//                                         time (if absent, or if the ETag matches). Prints each outcome as a line of JSON.
//   write-forever <prefix> <size>         Writes artifacts until killed. Prints "<path> <sha256>" for each acknowledged write.
//   overwrite-forever <path> <size>       Overwrites one artifact until killed. Prints "<path> <sha256>" for each acknowledged write.
//   migrate <source> <target>             Migrates the store with the first key to the store with the second key. Prints a line for each artifact,
//                                         then the report.
//   register-forever <model> <folder>     Registers versions of a model until killed, each with a new file. Prints "<number> <sha256 of the file>"
//                                         for each acknowledged version.
//   promote-forever <model>               Moves the alias "production" between versions 1 and 2 of a model until killed. Prints the actor of each
//                                         acknowledged move.
//   snapshot-forever <dataset> <folder>   Records versions of a dataset until killed, each with a changed file. Prints "<number> <digest>" for each
//                                         acknowledged version.
//   register <model> <count> <writers>    Registers versions of a model with several concurrent writers. Prints the number of each version.
//   record <metric> <count>               Records values of a metric. Prints "<sink> <received points>" repeatedly until killed.
//   track <experiment> <runs> <points>    Records concurrent runs, each with points, a parameter and an artifact. Prints "<id> <name>" for each run.
//   train-forever <experiment> <points>   Records points in one run, prints "<id> <process>", and waits until killed.
//   track-forever <experiment>            Starts, changes, ends and resumes runs until killed. Prints "<id> <verb> …" for each acknowledged call.
//   observe <model> <count>               Observes predictions of version 1 of a model, and ends cleanly.
//   observe-forever <model>               Observes predictions until killed. Prints the number of predictions in the store.
//
// The remaining arguments are settings, such as --MlOps:Storage:Provider=S3. The process prints "ready" when it has reached the store, and waits
// for an input line before it begins. It exits when its input is closed, so that it does not outlive the test.
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps;
using MlOps.Datasets;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;

var verb = args.TakeWhile(static argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToArray();
var configuration = new ConfigurationBuilder().AddCommandLine(args[verb.Length..]).Build();
var services = new ServiceCollection();
services.AddMlOps(configuration).AddS3Storage().AddAzureBlobStorage().AddLocalDiskStorage("target");
await using var provider = services.BuildServiceProvider();
var store = provider.GetRequiredService<IArtifactStore>();

await store.FindAsync(ArtifactPath.Parse(verb[1]));
Console.WriteLine("ready");
Console.ReadLine();
if (verb[0] != "race")
{
    new Thread(EndWithInput) { IsBackground = true }.Start();
}

await (verb switch
{
    ["race", var writers] => RaceAsync(int.Parse(writers, CultureInfo.InvariantCulture)),
    ["write-forever", var prefix, var size] => WriteForeverAsync(number => $"{prefix}/{Environment.ProcessId}/{number:000000}", size),
    ["overwrite-forever", var path, var size] => WriteForeverAsync(_ => path, size),
    ["migrate", var source, var target] => MigrateAsync(source, target),
    ["register-forever", var model, var folder] => RecordWriter.RegisterForeverAsync(provider.GetRequiredService<IModelRegistry>(), model, folder),
    ["promote-forever", var model] => RecordWriter.PromoteForeverAsync(provider.GetRequiredService<IModelRegistry>(), model),
    ["snapshot-forever", var dataset, var folder] => RecordWriter.SnapshotForeverAsync(provider.GetRequiredService<IDatasetStore>(), dataset, folder),
    ["register", var model, var count, var writers] =>
        RegisterAsync(model, int.Parse(count, CultureInfo.InvariantCulture), int.Parse(writers, CultureInfo.InvariantCulture)),
    ["record", var metric, var count] =>
        MetricsWriter.RecordAsync(provider.GetRequiredService<IMetricsRecorder>(), metric, int.Parse(count, CultureInfo.InvariantCulture)),
    ["train-forever", var experiment, var points] => RunWriter.TrainForeverAsync(
        provider.GetRequiredService<IExperimentTracker>(), experiment, int.Parse(points, CultureInfo.InvariantCulture)),
    ["track-forever", var experiment] => RunWriter.TrackForeverAsync(provider.GetRequiredService<IExperimentTracker>(), experiment),
    ["track", var experiment, var runs, var points] => RunWriter.TrackAsync(
        provider.GetRequiredService<IExperimentTracker>(),
        experiment,
        int.Parse(runs, CultureInfo.InvariantCulture),
        int.Parse(points, CultureInfo.InvariantCulture)),
    ["observe", var model, var count] => PredictionWriter.ObserveAsync(provider, model, int.Parse(count, CultureInfo.InvariantCulture)),
    ["observe-forever", var model] => PredictionWriter.ObserveForeverAsync(provider, model),
    _ => throw new ArgumentException($"'{string.Join(' ', verb)}' is not a command. See the top of Program.cs."),
});

static void EndWithInput()
{
    while (Console.ReadLine() is not null)
    {
    }

    Environment.Exit(0);
}

async Task RaceAsync(int writers)
{
    while (Console.ReadLine()?.Split(' ') is { } line)
    {
        var condition = line.Length > 1 ? WriteCondition.IfMatch(line[1]) : WriteCondition.IfAbsent;
        var racing = Enumerable.Range(0, writers).Select(_ => Task.Run(() => WriteAsync(ArtifactPath.Parse(line[0]), condition)));
        foreach (var outcome in await Task.WhenAll(racing))
        {
            Console.WriteLine(JsonSerializer.Serialize(outcome));
        }
    }
}

async Task<object> WriteAsync(ArtifactPath path, WriteCondition condition)
{
    try
    {
        var written = await store.WriteBytesAsync(path, RandomNumberGenerator.GetBytes(1_000), new ArtifactWriteOptions { Condition = condition });
        return new { Won = true, written.ETag, Sha256 = written.Sha256.ToString(), Error = "" };
    }
    catch (MlOpsException exception)
    {
        return new { Won = false, ETag = "", Sha256 = "", Error = exception.GetType().Name };
    }
}

async Task WriteForeverAsync(Func<int, string> nameOf, string size)
{
    for (var number = 0; ; number++)
    {
        var path = ArtifactPath.Parse(nameOf(number));
        var written = await store.WriteBytesAsync(path, RandomNumberGenerator.GetBytes(int.Parse(size, CultureInfo.InvariantCulture)));
        Console.WriteLine($"{path} {written.Sha256}");
    }
}

async Task MigrateAsync(string source, string target)
{
    var report = await provider.GetArtifactMigrator(source, target).RunAsync(progress: new ConsoleProgress());
    Console.WriteLine(report);
}

async Task RegisterAsync(string model, int count, int writers)
{
    var registry = provider.GetRequiredService<IModelRegistry>();
    var file = Path.GetTempFileName();
    await File.WriteAllTextAsync(file, "weights");
    var registration = new ModelRegistration { Format = "onnx", Files = [file] };
    await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = writers }, async (_, token) =>
        Console.WriteLine((await registry.RegisterAsync(model, registration, cancellationToken: token)).Number));
    File.Delete(file);
}
