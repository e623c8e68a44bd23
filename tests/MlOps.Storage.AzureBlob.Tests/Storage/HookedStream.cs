namespace MlOps.Storage;

/// <summary>Runs an action at a position of a read, such as the write of a competing writer.</summary>
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
