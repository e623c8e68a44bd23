using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Makes of a registered version one that can answer, off the path of requests.</summary>
internal sealed class ModelLoading(string name, ServedModelOptions options, ServingRuntime runtime, VersionFactory factory)
{
    /// <summary>A load that took too long and has not ended: its thread and memory are still taken.</summary>
    private (ModelVersion Version, Task Loading)? _late;

    /// <summary>Gets the memory that a version is assumed to need, in bytes.</summary>
    public static long SizeOf(ModelVersion version) => version.Resources?.Memory ?? version.Size;

    /// <summary>Loads, checks and warms up.</summary>
    /// <param name="fetched">What to load.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MlOpsException">It cannot be served; the message says why.</exception>
    public async Task<LoadedVersion> LoadAsync(LocalVersion fetched, CancellationToken cancellationToken)
    {
        var version = fetched.Metadata;
        if (_late is { Loading.IsCompleted: false } late && LoadFailure.IsSame(late.Version, version))
        {
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' was not loaded after {options.LoadTimeout}, and that load has not ended since, "
                + $"so it is not loaded a second time. Raise MlOps:Models:{name}:LoadTimeout, or register a version that loads faster.")
            {
                MayPass = true,
            };
        }

        var loader = runtime.Loaders.GetLoader(version);
        var progress = new Progress();

        // A loader may do all its work before its first await, and may not be able to stop.
        var loading = Task.Run(() => LoadAsync(fetched, loader, progress, cancellationToken), cancellationToken);
        try
        {
            return await loading.WaitAsync(options.LoadTimeout, runtime.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception) when (!loading.IsFaulted)
        {
            _late = (version, RetireLateAsync(loading));
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' is not loaded after {options.LoadTimeout}: {progress.Phase}. "
                + $"Raise MlOps:Models:{name}:LoadTimeout, or register a version that loads faster.",
                exception)
            {
                MayPass = true,
            };
        }
        catch (OperationCanceledException)
        {
            _ = RetireLateAsync(loading);
            throw;
        }
        catch (ProviderException exception)
        {
            // The fault is in the files or in the model's runtime, not in the store: the loader reads local files only.
            throw new ModelCheckException($"Version {version.Number} of the model '{version.Model}' cannot be loaded. {exception.Message}", exception)
            {
                MayPass = exception.IsTransient,
            };
        }
    }

    /// <exception cref="ModelCheckException">The version needs more memory than the model may have.</exception>
    public void ThrowIfTooLarge(ModelVersion version)
    {
        if (SizeOf(version) > options.MemoryBudget)
        {
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' needs {SizeOf(version)} bytes, "
                + $"more than the {options.MemoryBudget} of MlOps:Models:{name}:MemoryBudget. Raise it, or register a smaller version.");
        }
    }

    /// <summary>Unloads a version that nobody waits for any more, when it comes after all.</summary>
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
            WorkFolder = Path.Combine(Path.GetDirectoryName(local.Folder)!, "work"), // goes with the version
        };
        var model = await loader.LoadAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            progress.Phase = "its golden examples were being checked";
            GoldenExamples.Check(local, model, cancellationToken);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        progress.Phase = "it was being warmed up";
        return await factory.CreateAsync(local, model, runtime, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The part of a load that is under way, for messages.</summary>
    private sealed class Progress
    {
        public volatile string Phase = "its files were being loaded";
    }
}
