using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Testing.Tests.Readme;

internal sealed class AcmeRangeReader(AcmeClient client, ArtifactInfo info, long offset, long length) : ArtifactRangeReader
{
    private Stream? _body;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            _body ??= await client.GetAsync(info.Path.ToString(), info.ETag, offset, length, cancellationToken).ConfigureAwait(false);
            return await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read
                ? read
                : throw new ProviderException("Acme", "read", isTransient: true, $"Acme ended '{info.Path}' early. Read it again.");
        }
        catch (AcmeException exception)
        {
            throw AcmeArtifactStore.Translate(exception, "read", info.Path);
        }
    }

    protected override void Dispose(bool disposing) => _body?.Dispose();
}
