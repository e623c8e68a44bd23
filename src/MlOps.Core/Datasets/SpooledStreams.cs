using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The contents of streams in a temporary folder. The digest of a stream, which determines where it is stored, requires a first pass.</summary>
internal sealed class SpooledStreams : IDisposable
{
    private const int CopyBufferSize = 1 << 20;
    private readonly string? _folder;

    private SpooledStreams(string? folder) => _folder = folder;

    /// <summary>Gets the folder with the contents of the streams at their paths. Empty if there are no streams.</summary>
    public IReadOnlyList<string> Folders => _folder is null ? [] : [_folder];

    /// <summary>Reads every stream to its end into a temporary folder.</summary>
    /// <exception cref="ArgumentException">A path is not valid.</exception>
    public static async Task<SpooledStreams> ReadAsync(IReadOnlyDictionary<string, Stream> streams, CancellationToken cancellationToken)
    {
        if (streams.Count == 0)
        {
            return new SpooledStreams(folder: null);
        }

        var spooled = new SpooledStreams(Directory.CreateTempSubdirectory("mlops-").FullName);
        try
        {
            foreach (var (path, content) in streams)
            {
                await spooled.AddAsync(ArtifactPath.Parse(path), content, cancellationToken).ConfigureAwait(false);
            }

            return spooled;
        }
        catch
        {
            spooled.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_folder is not null)
        {
            PrivateFolder.TryDelete(_folder);
        }
    }

    private async Task AddAsync(ArtifactPath path, Stream content, CancellationToken cancellationToken)
    {
        var file = Path.Combine([_folder!, .. path.ToString().Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await using var _ = target.ConfigureAwait(false);
        await content.CopyToAsync(target, CopyBufferSize, cancellationToken).ConfigureAwait(false);
    }
}
