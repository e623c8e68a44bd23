using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Loads versions to measure their resources.</summary>
internal sealed partial class ResourceMeter(ServingRuntime runtime, ServedModels models) : IResourceMeter, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ILogger _logger = new BackgroundLogger(runtime.Loggers.CreateLogger(typeof(IResourceMeter).FullName!));

    public async Task<ResourceProfile> MeasureAsync(string model, int version, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version);
        var found = await runtime.Registry
            .GetVersionAsync(model, FormattableString.Invariant($"{version}"), cancellationToken: cancellationToken).ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var measured = await LoadAsync(found, cancellationToken).ConfigureAwait(false);
            Report(found, measured);
            await runtime.Registry.SetResourcesAsync(model, version, measured, cancellationToken: cancellationToken).ConfigureAwait(false);
            return measured;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<ResourceProfile> LoadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(runtime.Options.CacheFolder, $"measured-{Guid.NewGuid():N}");
        try
        {
            var folders = new VersionFolders(folder, runtime.TimeProvider, _logger);
            var package = await runtime.Registry.OpenAsync(version, cancellationToken).ConfigureAwait(false);
            var local = await folders.FetchAsync(
                version,
                package.Files,
                package.Examples,
                (files, token) => package.RestoreAsync(files, progress: null, token),
                cancellationToken).ConfigureAwait(false);
            var served = models.All.FirstOrDefault(model => model.IsServing(version.Model));
            var loader = served?.CreateMeasuringLoader(runtime) ?? CreateLoader(version.Model);
            var loaded = await loader.LoadAsync(local, cancellationToken).ConfigureAwait(false);
            runtime.MemoryMeter.RecordChangeWhenUnloaded(loaded);
            loaded.Retire();
            await loaded.Unloaded.WaitAsync(cancellationToken).ConfigureAwait(false);
            return loaded.Measured!; // not null, because the options request a measurement
        }
        finally
        {
            Delete(folder);
        }
    }

    /// <summary>Creates the loader of a model that this process does not serve.</summary>
    private VersionLoader CreateLoader(string model)
    {
        var options = new ServedModelOptions { IsMeasurement = true };
        return new VersionLoader(model, options, runtime, new VersionFactory(model, options, static (_, _) => { }, observers: null, _logger));
    }

    private void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(exception, folder);
        }
    }

    private void Report(ModelVersion version, ResourceProfile measured)
    {
        if (measured.Memory is null)
        {
            LogNoMemory(version.Number, version.Model);
        }

        if (measured.LatencyP99 is null)
        {
            LogNoLatency(version.Number, version.Model, measured.Latency is null ? "latency" : "99th percentile of the latency");
        }
    }

    [LoggerMessage(
        664,
        LogLevel.Warning,
        "The memory of version {Version} of the model '{Model}' was not measured, because other models were loaded or unloaded at the same time, or because "
        + "the memory of the process did not increase. Repeat MeasureAsync in a process that serves no models.")]
    private partial void LogNoMemory(int version, string model);

    [LoggerMessage(
        665,
        LogLevel.Warning,
        "The {Value} of version {Version} of the model '{Model}' was not measured, because too few predictions succeeded within the time limit. Register the "
        + "version with golden examples that it can predict. If a prediction takes longer than 0.6 s, record the value with SetResourcesAsync.")]
    private partial void LogNoLatency(int version, string model, string value);

    [LoggerMessage(666, LogLevel.Warning, "The folder '{Folder}' of a measured version could not be deleted. Delete the folder.")]
    private partial void LogNotDeleted(Exception exception, string folder);
}
