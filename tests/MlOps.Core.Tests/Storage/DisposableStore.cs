namespace MlOps.Storage;

/// <summary>Counts how often it is disposed; empty otherwise.</summary>
internal sealed class DisposableStore() : DelegatingStore(new InMemoryArtifactStore()), IDisposable
{
    public int Disposals { get; private set; }

    public void Dispose() => Disposals++;
}
