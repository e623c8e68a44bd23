namespace MlOps.Storage;

/// <summary>Does something at a point of its being read, such as what another writer would do meanwhile.</summary>
internal sealed class HookedStream(byte[] content, int at, Func<Task> hook) : MemoryStream(content)
{
    private bool _done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_done && Position >= at)
        {
            _done = true;
            await hook();
        }

        return await base.ReadAsync(buffer, cancellationToken);
    }
}
