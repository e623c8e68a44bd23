using System.Security.Cryptography;
using MlOps.Migration;
using MlOps.Storage;

namespace MlOps.Tests.Conformance.Migration;

/// <summary>Content, an event that names it, and a file of the application's own, moved from a folder on disk to another store.</summary>
public sealed class MovedFolder
{
    private const int ContentSize = 12 << 20;

    private MovedFolder(string digest) => Digest = digest;

    /// <summary>Gets the digest of the content.</summary>
    public string Digest { get; }

    /// <summary>Gets the path of the content, which is larger than a part of an upload.</summary>
    public string Content => $"blobs/sha256/{Digest[..2]}/{Digest}";

    /// <summary>The path of the event, which is JSON and holds the digest.</summary>
    public const string Event = "models/churn/log/00000000000000000001.json";

    /// <summary>The path of the application's file, a CSV with the metadata <c>run_owner</c> = <c>Jörg</c>.</summary>
    public const string Report = "reports/märz.csv";

    /// <summary>Moves everything to a store, twice, and asserts what the migration says of it.</summary>
    /// <param name="target">The store, which is empty.</param>
    public static async Task<MovedFolder> ToAsync(IArtifactStore target)
    {
        var root = Directory.CreateTempSubdirectory("mlops-test-");
        try
        {
            var weights = RandomNumberGenerator.GetBytes(ContentSize);
            var moved = new MovedFolder(Sha256Digest.Of(weights).ToString());
            var source = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root.FullName });
            await source.WriteBytesAsync(ArtifactPath.Parse(moved.Content), weights);
            await source.WriteTextAsync(
                ArtifactPath.Parse(Event), $$"""{"format":1,"sequence":1,"event":"{{moved.Digest}}"}""", new() { ContentType = "application/json" });
            await source.WriteTextAsync(
                ArtifactPath.Parse(Report), "x;y", new() { ContentType = "text/csv", Metadata = new Dictionary<string, string> { ["run_owner"] = "Jörg" } });

            var first = await new ArtifactMigrator(source, target).RunAsync(new() { Verification = MigrationVerification.Content });
            var second = await new ArtifactMigrator(source, target).RunAsync();

            Assert.That((first.IsComplete, first.CopiedArtifacts, first.VerifiedArtifacts), Is.EqualTo((true, 3L, 3L)), first.ToString());
            Assert.That((second.IsComplete, second.CopiedArtifacts, second.VerifiedArtifacts), Is.EqualTo((true, 0L, 3L)), second.ToString());
            return moved;
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
