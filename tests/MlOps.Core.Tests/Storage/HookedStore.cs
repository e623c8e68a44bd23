namespace MlOps.Storage;

/// <summary>Does something before and after each call, such as what another process does at that moment, or fail.</summary>
internal sealed class HookedStore(IArtifactStore inner) : DelegatingStore(inner)
{
    public HookedStore(IArtifactStore inner, Action beforeWrite)
        : this(inner) =>
        Before = (call, _) =>
        {
            if (call == StoreCall.Write)
            {
                beforeWrite();
            }

            return Task.CompletedTask;
        };

    public Func<StoreCall, ArtifactPath?, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    public Func<StoreCall, ArtifactPath?, Task> After { get; set; } = static (_, _) => Task.CompletedTask;

    protected override Task BeforeAsync(StoreCall call, ArtifactPath? path) => Before(call, path);

    protected override Task AfterAsync(StoreCall call, ArtifactPath? path) => After(call, path);
}
