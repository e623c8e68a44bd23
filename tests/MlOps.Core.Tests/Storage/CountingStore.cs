namespace MlOps.Storage;

/// <summary>Counts the requests that reach a store.</summary>
internal sealed class CountingStore(IArtifactStore inner) : DelegatingStore(inner)
{
    private int _requests;

    public int Requests => _requests;

    public void Reset() => _requests = 0;

    protected override Task BeforeAsync(StoreCall call, ArtifactPath? path)
    {
        Interlocked.Increment(ref _requests);
        return Task.CompletedTask;
    }
}
