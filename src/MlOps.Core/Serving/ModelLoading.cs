using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Makes of a registered version one that can answer, off the path of requests.</summary>
internal sealed class ModelLoading(string name, ModelOptions options, ModelServices services, IModelSlot slot)
{
    /// <summary>A load that took too long and has not ended: its thread and memory are still taken.</summary>
    private (ModelVersion Version, Task Loading)? _late;

    /// <summary>Gets how much memory a version is taken to need, in bytes.</summary>
    public static long SizeOf(ModelVersion version) => version.Resources?.Memory ?? version.Size;

    /// <summary>Loads, checks and warms up.</summary>
    /// <param name="fetched">What to load.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MlOpsException">It cannot be served; the message says why.</exception>
    public async Task<ILoadedVersion> LoadAsync(FetchedVersion fetched, CancellationToken cancellationToken)
    {
        var version = fetched.Version;
        if (_late is { Loading.IsCompleted: false } late && LoadFailure.IsSame(late.Version, version))
        {
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' was not loaded after {options.LoadTimeout}, and its loader has not ended since, so it is not loaded a second time. Its files may be damaged; or raise MlOps:Models:{name}:LoadTimeout.")
            {
                MayPass = true,
            };
        }

        var loader = services.GetLoader(version);
        var source = new ModelSource { Model = version.Model, Version = version.Number, Folder = fetched.Folder, Signature = version.Signature };

        // A loader may do all its work before its first await, and may not be able to stop.
        var loading = Task.Run(async () => Check(fetched, await loader.LoadAsync(source, cancellationToken).ConfigureAwait(false)), cancellationToken);
        try
        {
            return await loading.WaitAsync(options.LoadTimeout, services.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception) when (!loading.IsFaulted)
        {
            _late = (version, RetireLateAsync(loading));
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' is not loaded after {options.LoadTimeout}. Its files may be damaged; or raise MlOps:Models:{name}:LoadTimeout.",
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
            // It is the runtime's and not the store's: what is on the local disk is being loaded.
            throw new ModelCheckException($"Version {version.Number} of the model '{version.Model}' cannot be loaded. {exception.Message}", exception) { MayPass = exception.IsTransient };
        }
    }

    /// <exception cref="ModelCheckException">The version needs more memory than the model may have.</exception>
    public void ThrowIfTooLarge(ModelVersion version)
    {
        if (SizeOf(version) > options.MemoryBudget)
        {
            throw new ModelCheckException(
                $"Version {version.Number} of the model '{version.Model}' needs {SizeOf(version)} bytes, more than the {options.MemoryBudget} of MlOps:Models:{name}:MemoryBudget. Raise it, or register a smaller version.");
        }
    }

    /// <summary>Unloads a version that nobody waits for any more, when it comes after all.</summary>
    private static async Task RetireLateAsync(Task<ILoadedVersion> loading)
    {
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loading.IsCompletedSuccessfully)
        {
            (await loading.ConfigureAwait(false)).Retire();
        }
    }

    private ILoadedVersion Check(FetchedVersion fetched, ILoadedModel model)
    {
        try
        {
            GoldenExamples.Check(fetched.Version, fetched.Examples, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        return slot.Prepare(fetched, model);
    }
}
