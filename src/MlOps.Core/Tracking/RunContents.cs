using MlOps.Content;
using MlOps.Metrics;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>What a run has beyond its record: artifacts, the history of its metrics, and its surroundings.</summary>
/// <remarks>Thread-safe. Nothing to dispose.</remarks>
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

    /// <summary>Gets the artifacts, in the order of their paths.</summary>
    public IReadOnlyList<ContentFile> Artifacts { get; }

    /// <summary>Gets what the run ran in.</summary>
    public RunEnvironment Environment { get; }

    /// <summary>Reads the values of metrics that are in the store.</summary>
    /// <param name="name">The metric; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The values of each metric in the order in which they were recorded, without those that were retired when the run was resumed. If several
    /// processes
    /// recorded a run without an owner, the values of each process in turn.</returns>
    public IAsyncEnumerable<MetricDataPoint> ReadMetricsAsync(string? name = null, CancellationToken cancellationToken = default) =>
        RunSegments.ReadAsync(_store, Run.Experiment, Run.Id, _state, name, cancellationToken);

    /// <summary>Opens an artifact for reading; it is verified while it is read.</summary>
    /// <param name="path">Its path in the run.</param>
    /// <param name="cancellationToken">Cancels opening; each read of the stream takes its own token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The run has no such artifact.</exception>
    /// <exception cref="ArtifactIntegrityException">Thrown by a read: the bytes are not what was recorded.</exception>
    public Task<ArtifactContent> OpenArtifactAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = ContentFile.Get(Artifacts, path, $"The run '{Run.Id}' has no artifact");
        return _content.OpenReadAsync(file.Sha256, cancellationToken);
    }

    /// <summary>Writes artifacts to a folder, several at a time, each verified before it appears there.</summary>
    /// <param name="folder">The folder on disk; created if it is not there, and what else is in it stays.</param>
    /// <param name="below">The folder of the run whose artifacts are wanted, such as <c>plots</c>; <see langword="null"/> for all.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer; files finished by then stay.</param>
    /// <returns>A task that ends when all files are there.</returns>
    /// <exception cref="ArtifactIntegrityException">A file's bytes are not what was recorded.</exception>
    public Task RestoreAsync(string folder, string? below = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return _content.RestoreAsync(
            [.. Artifacts.Where(file => below is null || file.Path.StartsWith(below + "/", StringComparison.Ordinal))], folder, progress, cancellationToken);
    }

    /// <summary>Reads the difference between the code that ran and its commit.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>A patch that <c>git apply</c> takes unless <see cref="GitState.IsDiffAltered"/>, or <see langword="null"/> if nothing differed or the
    /// difference was not kept.</returns>
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
