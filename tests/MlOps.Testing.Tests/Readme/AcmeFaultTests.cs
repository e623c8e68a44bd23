using MlOps.Storage;

namespace MlOps.Testing.Tests.Readme;

/// <summary>Tests faults that only a service and its SDK can cause, not the fixture.</summary>
public sealed class AcmeFaultTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private readonly AcmeStorageOptions _options = new();

    [Test]
    public async Task Commit_with_a_lost_response_recognizes_its_own_write()
    {
        var store = new AcmeArtifactStore(new AcmeClient { LosesAnswers = true }, _options);

        var first = await store.WriteTextAsync(s_path, "1", new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });
        await store.WriteTextAsync(s_path, "2", new ArtifactWriteOptions { Condition = WriteCondition.IfMatch(first.ETag) });

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("2"));
    }

    [Test]
    public async Task Refused_listing_is_access_denied()
    {
        var store = new AcmeArtifactStore(new AcmeClient { RefusesListings = true }, _options);

        await Assert.ThatAsync(async () => await store.ListAsync().ToListAsync(), Throws.TypeOf<ArtifactAccessDeniedException>());
    }
}
