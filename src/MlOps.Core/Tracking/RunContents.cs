using MlOps.Content;
using MlOps.Metrics;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The contents of a run: artifacts, metric points and environment.</summary>
/// <remarks>Thread-safe. The object does not need to be disposed.</remarks>
public sealed class RunContents
{
    private readonly ContentStore _content;
    private readonly IArtifactStore _store;
    private readonly RunState _state;

    internal RunContents(Run run, RunState state, RunEnvironment environment, IArtifactStore store, ContentStore content)
    {
        Run = run;
        Artifacts = [.. state.Files.Values];
        Environment = environment;
        _state = state;
        _store = store;
        _content = content;
    }

    /// <summary>Gets the run.</summary>
    public Run Run { get; }

    /// <summary>Gets the artifacts in the order of their paths.</summary>
    public IReadOnlyList<ContentFile> Artifacts { get; }

    /// <summary>Gets the environment in which the run was executed.</summary>
    public RunEnvironment Environment { get; }

    /// <summary>Reads the metric points that are in the store.</summary>
    /// <param name="name">The name of the metric; <see langword="null"/> for all metrics.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The points of each metric in the order in which they were recorded, without the points that were discarded when the run was
    /// resumed. For a shared run, the points of one process follow the points of another.</returns>
    public IAsyncEnumerable<MetricDataPoint> ReadMetricsAsync(string? name = null, CancellationToken cancellationToken = default) =>
        RunSegments.ReadAsync(_store, Run.Experiment, Run.Id, _state, name, cancellationToken);

    /// <summary>Opens an artifact for reading. The content is verified while it is read.</summary>
    /// <param name="path">The path of the artifact in the run.</param>
    /// <param name="cancellationToken">A token that cancels opening. Each read of the stream takes its own token.</param>
    /// <returns>The content. The caller disposes the content.</returns>
    /// <exception cref="ArgumentException">The run does not have an artifact with this path.</exception>
    /// <exception cref="ArtifactIntegrityException">The content does not match its digest. The exception is thrown by a read of the
    /// stream.</exception>
    public Task<ArtifactContent> OpenArtifactAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = ContentFile.Get(Artifacts, path, $"The run '{Run.Id}' has no artifact");
        return _content.OpenReadAsync(file.Sha256, cancellationToken);
    }

    /// <summary>Restores artifacts to a local folder. Files are transferred in parallel, and each file is verified before it appears in the
    /// folder.</summary>
    /// <param name="folder">The local folder. It is created if it does not exist, and its other files are kept.</param>
    /// <param name="below">The folder in the run whose artifacts are restored, such as <c>plots</c>; <see langword="null"/> for all
    /// artifacts.</param>
    /// <param name="progress">Receives the progress after each file.</param>
    /// <param name="cancellationToken">A token that cancels the transfer. Files that are already complete are kept.</param>
    /// <returns>A task that completes when all files are restored.</returns>
    /// <exception cref="ArtifactIntegrityException">The content of a file does not match its digest.</exception>
    public Task RestoreAsync(string folder, string? below = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return _content.RestoreAsync(
            [.. Artifacts.Where(file => below is null || file.Path.StartsWith(below + "/", StringComparison.Ordinal))], folder, progress, cancellationToken);
    }

    /// <summary>Reads the patch that contains the differences between the code and the commit.</summary>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The patch for <c>git apply</c>, which cannot be applied if <see cref="GitState.IsDiffAltered"/> is set.
    /// <see langword="null"/> if there was no difference or the patch was not recorded.</returns>
    public async Task<string?> ReadDiffAsync(CancellationToken cancellationToken = default)
    {
        if (Environment.Git?.Diff is not { } digest)
        {
            return null;
        }

        var content = await _content.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        using var reader = new StreamReader(content.Stream);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
