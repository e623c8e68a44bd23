using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A store with unreferenced content that may be marked for deletion, with its own clock, for tests of races.</summary>
internal sealed class GarbageScene
{
    /// <summary>The text of a stored document that no record references.</summary>
    public const string Old = "old";

    /// <summary>The text of a document that is not stored.</summary>
    public const string New = "new";

    public GarbageScene()
    {
        Store = new InMemoryArtifactStore(Clock);
        Archive = new NoteArchive(Store, Clock);
    }

    public static TimeSpan Grace { get; } = TimeSpan.FromHours(1);

    public SkippingClock Clock { get; } = new();

    public InMemoryArtifactStore Store { get; }

    public NoteArchive Archive { get; }

    /// <summary>Determines whether a call records an event, which must follow the confirmation of the content soon.</summary>
    public static bool IsOfRecord(ArtifactPath? path) => path == StoreMarker.Path || path?.ToString().StartsWith("notes", StringComparison.Ordinal) == true;

    public static bool IsDeletion(StoreCall call, ArtifactPath? path) =>
        call == StoreCall.Delete && path!.ToString().StartsWith("blobs", StringComparison.Ordinal);

    /// <summary>Creates a store with <see cref="Old"/>, marked the given number of minutes ago, or not marked if the number is
    /// negative.</summary>
    public static async Task<GarbageScene> CreateAsync(int ageOfMark)
    {
        var scene = new GarbageScene();
        await scene.Archive.BeginAsync();
        await scene.Archive.StoreAsync(Old);
        scene.Clock.Advance(Grace);
        if (ageOfMark >= 0)
        {
            await scene.Archive.CollectAsync();
            scene.Advance(ageOfMark);
        }

        return scene;
    }

    /// <summary>Registers <see cref="Old"/> and <see cref="New"/>, or other documents, unless a collection prevents it.</summary>
    /// <returns><see langword="true"/> if they were recorded.</returns>
    public async Task<bool> TryRegisterAsync(IArtifactStore? through = null, params string[] texts)
    {
        try
        {
            await new NoteArchive(through ?? Store, Clock).RegisterAsync(texts.Length > 0 ? texts : [Old, New]);
            return true;
        }
        catch (ProviderException exception) when (exception.IsTransient)
        {
            return false;
        }
    }

    /// <summary>Collects garbage through a store that may throw <see cref="KilledException"/>, and then throws it from every call.</summary>
    /// <returns><see langword="true"/> if the store threw the exception.</returns>
    public async Task<bool> IsKilledCollectingAsync(IArtifactStore through)
    {
        try
        {
            await new NoteArchive(through, Clock).CollectAsync();
            return false;
        }
        catch (Exception exception) when (exception is KilledException or OperationCanceledException)
        {
            return true;
        }
    }

    public void Advance(int minutes, int limit = int.MaxValue) => Clock.Advance(TimeSpan.FromMinutes(Math.Min(minutes, limit)));

    public async Task CollectUntilDoneAsync()
    {
        for (var run = 0; run < 4; run++)
        {
            Clock.Advance(Grace);
            await Archive.CollectAsync();
        }
    }

    public async Task AssertNamedIsThereAsync(string when)
    {
        await foreach (var reference in Archive.ReadAsync().SelectMany(static reading => reading.References))
        {
            Assert.That(await Store.FindAsync(ContentStore.PathOf(reference.Digest)), Is.Not.Null, $"The content of {reference.Owner} is missing, {when}.");
        }
    }

    /// <summary>Asserts that referenced content exists, now and after more collections, and that finally no other content exists.</summary>
    public async Task AssertWholeAsync(string when)
    {
        await AssertNamedIsThereAsync(when);
        await CollectUntilDoneAsync();
        await AssertNamedIsThereAsync($"later; {when}");
        var named = await Archive.ReadAsync().SelectMany(static reading => reading.References).Select(static item => ContentStore.PathOf(item.Digest))
            .ToListAsync();
        var left = await Store.ListAsync(ArtifactPath.Parse("blobs")).Select(static entry => entry.Path).ToListAsync();
        Assert.That(left, Is.EquivalentTo(named), when);
        Assert.That(await Store.ListAsync(ArtifactPath.Parse("gc")).AnyAsync(), Is.False, when);
    }
}
