using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlOps.Storage;
using Spectre.Console;

// Settings and data lie beside the program; --environment S3 or --environment Azure reads appsettings.S3.json or appsettings.Azure.json on top.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMlOps(builder.Configuration).AddS3Storage().AddAzureBlobStorage();
using var host = builder.Build();
await host.StartAsync();

var store = host.Services.GetRequiredService<IArtifactStore>();
AnsiConsole.MarkupLineInterpolated($"Artifacts are in [bold]{builder.Configuration["MlOps:Storage:Provider"]}[/].\n");

// Store real files with attributes: atomically, hashed on the way.
var folder = ArtifactPath.Parse("quickstart/data");
foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data"), "*.csv").Order(StringComparer.Ordinal))
{
    var options = new ArtifactWriteOptions { ContentType = "text/csv", Metadata = new Dictionary<string, string> { ["license"] = "public domain" } };
    var started = Stopwatch.GetTimestamp();
    var written = await store.UploadFileAsync(folder.Append(Path.GetFileName(file)), file, options);
    AnsiConsole.MarkupLineInterpolated(
        $"Stored [bold]{Path.GetFileName(file)}[/]: {written.Size:N0} bytes in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:N0} ms, SHA-256 {written.Sha256.ToString()[..12]}…");
}

// List them, in order, and look each one's attributes up.
var table = new Table().AddColumns("Artifact", "Bytes", "Type", "License", "SHA-256").Border(TableBorder.Rounded);
await foreach (var entry in store.ListAsync(folder))
{
    var info = (await store.FindAsync(entry.Path))!;
    table.AddRow(info.Path.ToString(), $"{info.Size:N0}", info.ContentType, info.Metadata["license"], $"{info.Sha256?.ToString()[..12]}…");
}

AnsiConsole.Write(table);

// Read one back: what arrives is what its digest says, or the read fails.
var path = folder.Append("flights-20k.csv");
var restored = Path.GetTempFileName();
await store.DownloadFileAsync(path, restored);
AnsiConsole.MarkupLineInterpolated($"Read [bold]{path}[/] back, verified: {File.ReadLines(restored).Count():N0} lines.");
File.Delete(restored);

// Of any number of writers in any number of processes, one creates an artifact; the others are told.
var once = folder.Append($"{Guid.NewGuid():N}.lock");
var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
{
    try
    {
        await store.WriteTextAsync(once, $"writer {writer}", new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });
        return true;
    }
    catch (ArtifactExistsException)
    {
        return false;
    }
}));
AnsiConsole.MarkupLineInterpolated($"Of {created.Length} writers that create one artifact at once, {created.Count(static won => won)} won: [bold]{await store.ReadTextAsync(once)}[/].");
await store.DeleteAsync(once);
