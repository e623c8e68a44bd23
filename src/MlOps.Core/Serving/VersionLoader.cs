using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Loads, checks and warms up versions outside the request path.</summary>
internal sealed class VersionLoader(string name, ServedModelOptions options, ServingRuntime runtime, VersionFactory factory)
{
    /// <summary>The last load that timed out. Until it ends, it occupies a thread and memory.</summary>
    private (ModelVersion Version, Task Loading)? _late;

    /// <summary>Loads, checks and warms up a version.</summary>
    /// <param name="fetched">The version.</param>
    /// <param name="cancellationToken">A token that cancels the load.</param>
    /// <exception cref="MlOpsException">The version cannot be served. The message states the reason.</exception>
    public async Task<LoadedVersion> LoadAsync(LocalVersion fetched, CancellationToken cancellationToken)
    {
        var version = fetched.Metadata;
        if (_late is { Loading.IsCompleted: false } late && LoadFailure.IsSameVersion(late.Version, version))
        {
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' was not loaded within {options.LoadTimeout}, and that load is still running, "
                + $"so no second load is started. Raise MlOps:Models:{name}:LoadTimeout, or register a version that loads faster.")
            {
                IsTransient = true,
            };
        }

        var loader = runtime.Loaders.GetLoader(version);
        var progress = new Progress();

        // A loader may work synchronously before its first await, and may ignore cancellation.
        var loading = Task.Run(() => LoadAsync(fetched, loader, progress, cancellationToken), cancellationToken);
        try
        {
            return await loading.WaitAsync(options.LoadTimeout, runtime.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception) when (!loading.IsFaulted)
        {
            _late = (version, RetireLateAsync(loading));
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' was not loaded within {options.LoadTimeout}: {progress.Phase}. "
                + $"Raise MlOps:Models:{name}:LoadTimeout, or register a version that loads faster.",
                exception)
            {
                IsTransient = true,
            };
        }
        catch (OperationCanceledException)
        {
            _ = RetireLateAsync(loading);
            throw;
        }
        catch (ProviderException exception)
        {
            // The loader reads local files only, so the fault is in the files or the model runtime and not in the store.
            throw new ModelCheckException($"Version {version.Number} of the model '{version.Model}' cannot be loaded. {exception.Message}", exception)
            {
                IsTransient = exception.IsTransient,
            };
        }
    }

    /// <summary>Checks the size of a version against the memory budget of the model.</summary>
    /// <exception cref="ModelCheckException">The version needs more memory than the budget allows.</exception>
    public void ThrowIfTooLarge(ModelVersion version)
    {
        var (bytes, source) = MemoryEstimate.Of(version);
        if (bytes > options.MemoryBudget)
        {
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' needs {bytes} bytes ({source}), "
                + $"but MlOps:Models:{name}:MemoryBudget is {options.MemoryBudget}. Raise the budget, or register a smaller version.");
        }
    }

    /// <summary>Waits for an abandoned load, and unloads the version if the load succeeds.</summary>
    private static async Task RetireLateAsync(Task<LoadedVersion> loading)
    {
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loading.IsCompletedSuccessfully)
        {
            (await loading.ConfigureAwait(false)).Retire();
        }
    }

    private async Task<LoadedVersion> LoadAsync(LocalVersion local, IModelLoader loader, Progress progress, CancellationToken cancellationToken)
    {
        var source = new ModelSource
        {
            Model = local.Model,
            Version = local.Number,
            Folder = local.Folder,
            Signature = local.Metadata.Signature,
            ServedAs = name,
            WorkFolder = Path.Combine(Path.GetDirectoryName(local.Folder)!, "work"), // deleted with the version
        };
        using var measurement = LoadMeasurement.Start(local.Metadata, options, runtime);
        var model = await loader.LoadAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            measurement.EndLoading();
            progress.Phase = "its golden examples were being checked";
            GoldenExamples.Check(local, model, cancellationToken);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        progress.Phase = "it was being warmed up";
        var loaded = await factory.CreateAsync(local, model, runtime, measurement, cancellationToken).ConfigureAwait(false);
        loaded.Measured = measurement.Complete();
        return loaded;
    }

    /// <summary>Holds the current phase of a load for messages.</summary>
    private sealed class Progress
    {
        public volatile string Phase = "its files were being loaded";
    }
}
