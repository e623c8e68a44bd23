// A process of its own that writes to a store, for tests of what several processes do to each other and of what a killed one leaves behind.
//
//   race <writers>                             for each line of its input, "<path>" or "<path> <etag>", one write by each writer, if absent or on condition of the tag, all at once;
//                                              prints an outcome as a line of JSON for each
//   write-forever <prefix> <size>              one artifact after another until killed; prints "<path> <sha256>" for each that was acknowledged
//   overwrite-forever <path> <size>            one artifact again and again until killed; prints the same
//   migrate <source> <target>                  everything from the store with one key to that with another, such as "target"; prints a line for each artifact looked at, then the report
//   register-forever <model> <folder>          versions of a model until killed, each of a new file in a folder; prints "<number> <sha256 of the file>" for each acknowledged
//   promote-forever <model>                    the alias "production" between versions 1 and 2 of a model until killed; prints what each acknowledged move is recorded as made by
//   snapshot-forever <dataset> <folder>        versions of a dataset until killed, each of a folder with a file changed; prints "<number> <digest>" for each acknowledged
//   register <model> <count> <writers>         versions of a model by so many writers; prints the number of each
//   record <metric> <count>                    so many values of a metric, as fast as it goes; prints "<sink> <points it has taken>" again and again until killed
//   track <experiment> <runs> <points>         so many runs at once, each with so many points, a parameter and an artifact; prints "<id> <name>" for each
//   train-forever <experiment> <points>        one run with so many points; prints "<id> <process>", and goes on until it is stopped
//   track-forever <experiment>                 runs that are started, changed, ended and resumed until killed; prints "<id> <verb> …" for each acknowledged call
//
// Then settings, as --MlOps:Storage:Provider=S3. Prints "ready" when it has reached the store, and waits for a line on its input before it begins.
// Ends with its input at the latest, so that it outlives nobody who started it.
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
    ["register", var model, var count, var writers] => RegisterAsync(model, int.Parse(count, CultureInfo.InvariantCulture), int.Parse(writers, CultureInfo.InvariantCulture)),
    ["record", var metric, var count] => MetricsWriter.RecordAsync(provider.GetRequiredService<IMetricsRecorder>(), metric, int.Parse(count, CultureInfo.InvariantCulture)),
    ["train-forever", var experiment, var points] => RunWriter.TrainForeverAsync(
        provider.GetRequiredService<IExperimentTracker>(), experiment, int.Parse(points, CultureInfo.InvariantCulture)),
    ["track-forever", var experiment] => RunWriter.TrackForeverAsync(provider.GetRequiredService<IExperimentTracker>(), experiment),
    ["track", var experiment, var runs, var points] => RunWriter.TrackAsync(
        provider.GetRequiredService<IExperimentTracker>(), experiment, int.Parse(runs, CultureInfo.InvariantCulture), int.Parse(points, CultureInfo.InvariantCulture)),
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
