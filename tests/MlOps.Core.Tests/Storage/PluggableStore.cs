namespace MlOps.Storage;

/// <summary>A store that can be unplugged, and that counts how often it was asked.</summary>
internal sealed class PluggableStore(IArtifactStore? inner = null) : DelegatingStore(inner ?? new InMemoryArtifactStore())
{
    private int _requests;

    public bool IsUnplugged { get; set; }

    public int Requests
    {
        get => _requests;
        set => _requests = value;
    }

    protected override Task BeforeAsync(StoreCall call, ArtifactPath? path)
    {
        Interlocked.Increment(ref _requests);
        return IsUnplugged ? throw new ProviderException("Mine", $"{call}", isTransient: true, "The store is unplugged. Plug it in.") : Task.CompletedTask;
    }
}
